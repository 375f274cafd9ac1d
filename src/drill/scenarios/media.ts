// What only a call of one's own can show: the media of a relay that answers its pings, and a standby
// that could not carry on what it would be given.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { watchScreens } from '../measure/screens.js';

import type { Scenario } from './scenario.js';

const MOVES_WITHIN_MS = 5_000;

/** What the relay sends is dropped, through the cable and on the loopback alike; ng and Redis go on. */
const MUTE = `
add table inet drill
add chain inet drill out { type filter hook output priority 0; }
add rule inet drill out udp sport 30000-40000 drop`;

export const mediaDead: Scenario = {
  name: 'media-dead',
  summary: 'the relay on relay-a answers but its media are dead; relay-b carries its calls on',
  deed: 'the media that the relay on relay-a sends are dropped; it answers its pings',
  strike: async (lab, signal) => {
    const atMs = nowMs();
    await lab.hosts['relay-a'].run(['nft', MUTE], signal);
    return atMs;
  },
  recover: async (lab, signal) => {
    await lab.hosts['relay-a'].run(['nft', 'delete table inet drill'], signal);
  },
  moves: ['relay-b'],
  returns: ['relay-a'],
  movesWithinMs: MOVES_WITHIN_MS,
  // Found within 300 ms; the packets of that time and of the move are gone, one each 20 ms.
  limits: { firstPacketMs: 350, lost: 18 },
  budget: 'media dead',
};

/** The home renews its canary every 10 s, and the standby is asked for it three times. */
const UNREADY_WITHIN_MS = 15_000;

/**
 * rtpengine writes a call again 3 s after its first packet, when it is sure of the endpoints. A
 * standby that cannot bind then loses the call, and deletes it on the Redis primary: the canary is
 * to be the only one that this happens to.
 */
const SETTLED_AFTER_MS = 5_000;

export const standbyCannotBind: Scenario = {
  name: 'standby-cannot-bind',
  summary: 'the relay on relay-b can bind no port any more; relay-b is not ready, no route moves',
  prepare: (_lab, signal) => sleep(SETTLED_AFTER_MS, signal),
  deed: 'the relay on relay-b may open no more sockets: what it is sent it cannot restore',
  strike: (lab, signal) => limitSockets(lab, SOCKETS_TOO_FEW, signal),
  follow: async (lab, signal) => ({
    screens: await watchScreens(
      lab,
      [
        {
          relay: 'relay-b',
          vip: 'a',
          reason: 'canary-absent',
          rank: NOT_READY_RANK,
          withinMs: UNREADY_WITHIN_MS,
        },
      ],
      signal,
    ),
  }),
  recover: async (lab, signal) => {
    await limitSockets(lab, SOCKETS_ENOUGH, signal);
  },
  movesWithinMs: MOVES_WITHIN_MS,
  limits: { lost: 0 },
};

const NOT_READY_RANK = 3;

/** Every number below it is taken. */
const SOCKETS_TOO_FEW = 8;
const SOCKETS_ENOUGH = 1_000;

/** As when its interface is gone or its ports are taken; what it has open stays open. */
async function limitSockets(lab: Lab, limit: number, signal: AbortSignal): Promise<number> {
  const { pid } = lab.relays['relay-b'].program('relay');
  const atMs = nowMs();
  await lab.hosts['relay-b'].run(['prlimit', `--pid=${pid}`, `--nofile=${limit}:`], signal);
  return atMs;
}
