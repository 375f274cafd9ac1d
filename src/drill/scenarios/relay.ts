// What can happen to the relay itself.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { sessionsOf } from '../lab/readiness.js';
import type { RelayProgram } from '../lab/relay-host.js';
import { poll } from '../poll.js';

import type { Notes, Scenario } from './scenario.js';

const MOVES_WITHIN_MS = 5_000;
const FAILBACK_WITHIN_MS = 30_000;
const AFTER_CRASH_MS = 1_000;

/** Sends a signal to a program of relay-a; the moment before the system call is the fault's. */
export function signalProgram(lab: Lab, program: RelayProgram, signal: NodeJS.Signals): number {
  const target = lab.relays['relay-a'].program(program);
  const atMs = nowMs();
  target.kill(signal);
  return atMs;
}

export const relayCrash: Scenario = {
  name: 'relay-crash',
  summary: 'the relay program on relay-a is killed; relay-b carries its calls on',
  deed: 'the relay program on relay-a is killed (SIGKILL)',
  strike: (lab) => signalProgram(lab, 'relay', 'SIGKILL'),
  recover: (lab) => {
    lab.relays['relay-a'].startIfEnded('relay');
    return Promise.resolve();
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  limits: { firstPacketMs: 30, lost: 1 },
  budget: 'relay dead',
};

export const relayHang: Scenario = {
  name: 'relay-hang',
  summary: 'the relay program on relay-a hangs; relay-b carries its calls on',
  deed: 'the relay program on relay-a is stopped (SIGSTOP)',
  strike: (lab) => signalProgram(lab, 'relay', 'SIGSTOP'),
  // Killed and started anew, as a watchdog does. A relay that only went on would first send what
  // has waited in its sockets meanwhile, seconds late.
  recover: async (lab, signal) => {
    await lab.relays['relay-a'].program('relay').stop('SIGKILL', signal);
    lab.relays['relay-a'].start('relay');
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  // Only silence tells a hang, so the packets of the waiting time are gone: 350 ms of 20 ms each.
  limits: { firstPacketMs: 350, lost: 18 },
  budget: 'relay silent',
};

export const failback: Scenario = {
  name: 'failback',
  summary: 'the killed relay is started again; its route returns once its sessions are back',
  prepare: async (lab, signal) => {
    signalProgram(lab, 'relay', 'SIGKILL');
    await lab.routes.waitForOwner('a', 'relay-b', { deadlineMs: MOVES_WITHIN_MS, signal });
    await sleep(AFTER_CRASH_MS, signal);
  },
  deed: 'the relay program on relay-a is started again',
  strike: (lab) => {
    const atMs = nowMs();
    lab.relays['relay-a'].startIfEnded('relay');
    return atMs;
  },
  follow: watchSessionsReturn,
  moves: ['relay-a'],
  movesWithinMs: FAILBACK_WITHIN_MS,
  limits: { lost: 1 },
};

async function watchSessionsReturn(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const wanted = lab.expectedSessions('relay-a').own;
  const limits = { deadlineMs: FAILBACK_WITHIN_MS, everyMs: 50, signal };
  const sessionsBackAtMs = await poll(
    { what: `relay-a to hold its ${wanted} sessions again`, ...limits },
    async () => {
      const found = await sessionsOf(lab, 'relay-a', signal);
      return found?.own === wanted ? nowMs() : undefined;
    },
  );
  return { sessionsBackAtMs };
}
