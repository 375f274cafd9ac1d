// What makes a relay worse without stopping it.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import { vipNamed } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { order } from '../lab/sidecar-client.js';

import type { Scenario } from './scenario.js';

const MOVES_WITHIN_MS = 5_000;
/** Long enough that a host which was freshly demoted would not be taken for one that settles. */
const AFTER_RETURN_MS = 100;

async function withVip(lab: Lab, what: 'add' | 'del', signal: AbortSignal): Promise<void> {
  const { ipv4, ipv6 } = vipNamed('a');
  const commands = [
    `ip address ${what} ${ipv4}/32 dev lo`,
    `ip -6 address ${what} ${ipv6}/128 dev lo ${what === 'add' ? 'nodad' : ''}`,
  ];
  await lab.hosts['relay-a'].run(['sh', '-ec', commands.join('\n')], signal);
}

export const vipMissing: Scenario = {
  name: 'vip-missing',
  summary: 'the addresses of VIP a are taken off relay-a; relay-b carries its calls on',
  deed: 'both addresses of VIP a are taken off relay-a',
  strike: async (lab, signal) => {
    const atMs = nowMs();
    await withVip(lab, 'del', signal);
    return atMs;
  },
  recover: async (lab, signal) => {
    await withVip(lab, 'add', signal);
    await sleep(AFTER_RETURN_MS, signal);
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  // Starting `ip` twice takes some 20 ms, the next look up to 200: packets of 20 ms each until then.
  limits: { firstPacketMs: 300, lost: 16 },
  budget: 'VIP missing',
};

export const degrade: Scenario = {
  name: 'degrade',
  summary: 'relay-a is called degraded; its calls move to relay-b without losing a packet',
  deed: 'a monitor calls relay-a degraded',
  strike: async (lab, signal) => {
    const atMs = nowMs();
    await order(lab.hosts['relay-a'], 'degrade', signal);
    return atMs;
  },
  recover: (lab, signal) => order(lab.hosts['relay-a'], 'restore', signal),
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  limits: { lost: 0 },
};
