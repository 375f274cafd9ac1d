// What a person orders.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { order } from '../lab/sidecar-client.js';

import type { Scenario } from './scenario.js';

const MOVES_WITHIN_MS = 5_000;
/** The return waits for the settling time of the file. */
const RETURNS_WITHIN_MS = 15_000;
const AFTER_DRAIN_MS = 500;

async function give(lab: Lab, what: 'drain' | 'undrain', signal: AbortSignal): Promise<number> {
  const atMs = nowMs();
  await order(lab.hosts['relay-a'], what, signal);
  return atMs;
}

export const drain: Scenario = {
  name: 'drain',
  summary: 'relay-a is drained; its calls move to relay-b without losing a packet',
  deed: 'relay-a is drained',
  strike: (lab, signal) => give(lab, 'drain', signal),
  recover: async (lab, signal) => {
    await give(lab, 'undrain', signal);
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  limits: { lost: 0 },
};

export const undrain: Scenario = {
  name: 'undrain',
  summary: 'relay-a takes its calls back after a drain, without losing a packet',
  prepare: async (lab, signal) => {
    await give(lab, 'drain', signal);
    await lab.routes.waitForOwner('a', 'relay-b', { deadlineMs: MOVES_WITHIN_MS, signal });
    await sleep(AFTER_DRAIN_MS, signal);
  },
  deed: 'relay-a is undrained',
  strike: (lab, signal) => give(lab, 'undrain', signal),
  moves: ['relay-a'],
  movesWithinMs: RETURNS_WITHIN_MS,
  limits: { lost: 0 },
};
