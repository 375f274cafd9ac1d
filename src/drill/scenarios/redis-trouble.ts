// What can happen to Redis and to the way between its servers while every process goes on running:
// nothing moves, and the screens say what is wrong.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import { DrillError } from '../errors.js';
import { linkOf, REDIS_PORT } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { untilSaid, watchScreens, type Wanted } from '../measure/screens.js';

import type { Notes, Scenario } from './scenario.js';

const AWAY_MS = 3_000;
const WELL_WITHIN_MS = 10_000;
const UNPROTECTED_WITHIN_MS = 500;
const SILENT_WITHIN_MS = 1_000;
/** The lab's max-lag of 500 ms, and the beats until it is certain. */
const BEHIND_WITHIN_MS = 1_500;

/** What both homes say: they keep their ranks. */
function homesSay(reason: string): readonly Wanted[] {
  return [
    { relay: 'relay-a', vip: 'a', reason, rank: 0 },
    { relay: 'relay-b', vip: 'b', reason, rank: 0 },
  ];
}

/** What relay-b says as the standby of VIP a. */
function standbySays(reason: string): Wanted {
  return { relay: 'relay-b', vip: 'a', reason, rank: 3 };
}

export const primaryPause: Scenario = {
  limits: { lost: 0 },
  name: 'primary-pause',
  summary: 'the Redis primary hangs for three seconds; no route moves, and both screens say so',
  deed: 'the Redis primary is stopped (SIGSTOP)',
  strike: (lab) => {
    const atMs = nowMs();
    lab.primary.kill('SIGSTOP');
    return atMs;
  },
  follow: async (lab, signal) => {
    const wanted = homesSay('unprotected').map((each) => ({
      ...each,
      withinMs: UNPROTECTED_WITHIN_MS,
    }));
    const screens = await watchScreens(lab, wanted, signal);
    await sleep(AWAY_MS, signal);
    lab.primary.kill('SIGCONT');
    await untilWell(lab, signal);
    return { screens };
  },
  recover: (lab) => {
    lab.primary.kill('SIGCONT');
    return Promise.resolve();
  },
};

export const replicaPause: Scenario = {
  limits: { lost: 0 },
  name: 'replica-pause',
  summary: 'the Redis replica of relay-b hangs for three seconds; relay-b is not ready meanwhile',
  deed: 'the Redis replica of relay-b is stopped (SIGSTOP)',
  strike: (lab) => signalReplica(lab, 'SIGSTOP'),
  follow: async (lab, signal) => {
    const notes = await watchStandby(lab, 'replica-silent', SILENT_WITHIN_MS, signal);
    await sleep(AWAY_MS, signal);
    signalReplica(lab, 'SIGCONT');
    return notes;
  },
  recover: (lab) => {
    signalReplica(lab, 'SIGCONT');
    return Promise.resolve();
  },
};

export const replicaDown: Scenario = {
  limits: { lost: 0 },
  name: 'replica-down',
  summary:
    'the Redis replica of relay-b is killed and started again; relay-b is not ready meanwhile',
  deed: 'the Redis replica of relay-b is killed (SIGKILL) and started again after three seconds',
  strike: (lab) => signalReplica(lab, 'SIGKILL'),
  follow: async (lab, signal) => {
    const notes = await watchStandby(lab, 'replica-silent', SILENT_WITHIN_MS, signal);
    await sleep(AWAY_MS, signal);
    lab.relays['relay-b'].startIfEnded('replica');
    return notes;
  },
  recover: (lab) => {
    lab.relays['relay-b'].startIfEnded('replica');
    return Promise.resolve();
  },
};

export const linkCut: Scenario = {
  limits: { lost: 0 },
  name: 'link-cut',
  summary: 'the replication link of relay-b is cut without a word; relay-b is not ready meanwhile',
  deed: 'the replication link of relay-b is cut: its packets are dropped',
  strike: cutLink,
  follow: async (lab, signal) => {
    const notes = await watchStandby(lab, 'replica-behind', BEHIND_WITHIN_MS, signal);
    await sleep(AWAY_MS, signal);
    return notes;
  },
  recover: async (lab, signal) => {
    await lab.hosts['relay-b'].run(['nft', 'delete table inet drill'], signal);
  },
};

function signalReplica(lab: Lab, signal: NodeJS.Signals): number {
  const target = lab.relays['relay-b'].program('replica');
  const atMs = nowMs();
  target.kill(signal);
  return atMs;
}

/** The standby says why it is not ready; the home of VIP a says that all is well with it. */
async function watchStandby(
  lab: Lab,
  reason: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<Notes> {
  const screens = await watchScreens(lab, [{ ...standbySays(reason), withinMs }], signal);
  const home: Wanted = { relay: 'relay-a', vip: 'a', reason: 'serving', rank: 0 };
  await untilSaid(lab, home, { deadlineMs: WELL_WITHIN_MS, signal });
  return { screens };
}

async function untilWell(lab: Lab, signal: AbortSignal): Promise<void> {
  const limits = { deadlineMs: WELL_WITHIN_MS, signal };
  await Promise.all(homesSay('serving').map((each) => untilSaid(lab, each, limits)));
}

/**
 * Only the connection of the replica itself: the sidecar beside it still reaches the primary, and
 * both servers go on calling their link up.
 */
async function cutLink(lab: Lab, signal: AbortSignal): Promise<number> {
  const host = lab.hosts['relay-b'];
  const { pid } = lab.relays['relay-b'].program('replica');
  const said = await host.run(['ss', '-Htnp', `dst ${linkOf('store').host4}`], signal);
  const line = said.split('\n').find((each) => each.includes(`pid=${pid},`));
  const port = /^\S+\s+\d+\s+\d+\s+\S+:(\d+)\s/.exec(line?.trim() ?? '')?.[1];
  if (port === undefined) {
    throw new DrillError('reply-unexpected', `expected the replica among the connections: ${said}`);
  }
  const atMs = nowMs();
  await host.run(['nft', dropping(port)], signal);
  return atMs;
}

function dropping(port: string): string {
  return `
add table inet drill
add chain inet drill in { type filter hook input priority 0; }
add chain inet drill out { type filter hook output priority 0; }
add rule inet drill in tcp sport ${REDIS_PORT} tcp dport ${port} drop
add rule inet drill out tcp sport ${port} tcp dport ${REDIS_PORT} drop`;
}
