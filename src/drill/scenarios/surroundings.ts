// What can happen around the relay: to the BGP daemon, the host, the Redis primary.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';

import { HOST_DEAD } from '../measure/budget.js';

import { signalProgram } from './relay.js';
import type { Notes, Scenario } from './scenario.js';

/** As long as a service manager waits before it starts a program again. */
const RESTART_AFTER_MS = 500;
const PRIMARY_AWAY_MS = 3_000;
const SESSION_RETURNS_WITHIN_MS = 40_000;

export const bgpCrash: Scenario = {
  name: 'bgp-crash',
  summary: 'the BGP daemon of relay-a is killed and started again; the calls go over and return',
  deed: 'the BGP daemon of relay-a is killed (SIGKILL) and started again',
  strike: (lab) => signalProgram(lab, 'bgp', 'SIGKILL'),
  follow: (lab, signal) => restart(lab, 'bgp', signal),
  moves: ['relay-b', 'relay-a'],
  movesWithinMs: SESSION_RETURNS_WITHIN_MS,
  limits: { lost: 1 },
};

export const hostDeath: Scenario = {
  name: 'host-death',
  summary: 'relay-a is cut off without a word; BFD finds it and relay-b carries its calls on',
  deed: 'relay-a falls silent: every packet from and to it is dropped',
  strike: async (lab, signal) => {
    const atMs = nowMs();
    await lab.hosts['relay-a'].run(['nft', SILENCE], signal);
    return atMs;
  },
  recover: async (lab, signal) => {
    await lab.hosts['relay-a'].run(['nft', 'delete table netdev drill'], signal);
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  // BFD finds it after 3 x 50 ms, also beside GoBGP: the packets of 250 ms, 20 ms each.
  limits: { firstPacketMs: 250, lost: 13 },
  budget: HOST_DEAD,
};

const SILENCE = `
add table netdev drill
add chain netdev drill in { type filter hook ingress device eth0 priority -500; policy drop; }
add chain netdev drill out { type filter hook egress device eth0 priority -500; policy drop; }`;

export const redisPrimaryDeath: Scenario = {
  name: 'redis-primary-death',
  summary: 'the Redis primary is killed and started again; no route moves',
  deed: 'the Redis primary is killed (SIGKILL) and started again after three seconds',
  strike: (lab) => {
    const atMs = nowMs();
    lab.primary.kill('SIGKILL');
    return atMs;
  },
  follow: async (lab, signal) => {
    await sleep(PRIMARY_AWAY_MS, signal);
    lab.restartPrimary();
    return {};
  },
  recover: (lab) => {
    lab.restartPrimary();
    return Promise.resolve();
  },
  limits: { lost: 0 },
};

async function restart(lab: Lab, program: 'bgp', signal: AbortSignal): Promise<Notes> {
  await sleep(RESTART_AFTER_MS, signal);
  lab.relays['relay-a'].startIfEnded(program);
  return {};
}
