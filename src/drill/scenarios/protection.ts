// Whether the standby really holds the calls: what happens to its copy of them.

import { sleep } from '../../async/sleep.js';
import { planMoreCalls } from '../callers/plan.js';
import { nowMs } from '../clock.js';
import type { Lab } from '../lab/lab.js';
import { askStore } from '../lab/programs.js';
import { sessionsOf } from '../lab/readiness.js';
import { readStatus } from '../lab/sidecar-client.js';
import { poll } from '../poll.js';

import { hangUpAtHome } from './crash-in-setup.js';
import { signalProgram } from './relay.js';
import type { Notes, Scenario } from './scenario.js';

const HELD_WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 50;
/** As long as a service manager waits before it starts a program again. */
const RESTART_AFTER_MS = 500;
const READY_RANK = 1;

const MISSED_CALLS = 500;
/**
 * rtpengine writes a call once more when it has learned where its media comes from, after three
 * seconds: a standby that hears of that write holds the call after all.
 */
const SETTLED_AFTER_MS = 5_000;
/** rtpengine connects to its replica once a second: whatever it does by itself is done by then. */
const LEFT_ALONE_MS = 10_000;

export const repair: Scenario = {
  name: 'repair',
  summary:
    'relay-b misses 500 calls while its replica is down; they are brought back and go on when relay-a dies',
  prepare: async (lab, signal) => {
    await missCalls(lab, signal);
    await seeThemLacking(lab, signal);
    await seeThemBroughtBack(lab, signal);
  },
  deed: 'rtpengine on relay-a is killed (SIGKILL)',
  strike: (lab) => signalProgram(lab, 'relay', 'SIGKILL'),
  recover: (lab, signal) => hangUpAtHome(lab, 'missed', signal),
  moves: ['relay-b'],
  returns: ['relay-a'],
  limits: { firstPacketMs: 100, lost: 5 },
};

async function missCalls(lab: Lab, signal: AbortSignal): Promise<void> {
  const relayB = lab.relays['relay-b'];
  const unrepaired = (file: string): string =>
    file.replace(/^redis:\n/m, 'redis:\n  repair: off\n');
  await relayB.restartSidecar(unrepaired, signal);
  await relayB.program('replica').stop('SIGKILL', signal);
  await lab.callers.ask({ do: 'set-up', calls: planMoreCalls('missed', MISSED_CALLS) }, signal);
  await sleep(SETTLED_AFTER_MS, signal);
  relayB.start('replica');
}

async function seeThemLacking(lab: Lab, signal: AbortSignal): Promise<void> {
  await sleep(LEFT_ALONE_MS, signal);
  const held = (await sessionsOf(lab, 'relay-b', signal))?.foreign;
  const { reason } = await standingOfA(lab, signal);
  const found = `${String(held)} of relay-a's calls are held, reason ${reason}`;
  lab.record.say(`left alone for ${LEFT_ALONE_MS / 1_000} s (repair: off): ${found}`);
  // `holdline relay` compares by itself what it holds with what its replica keeps.
  const heals = lab.relay === 'holdline';
  const wanted = lab.expectedSessions('relay-b').foreign + (heals ? MISSED_CALLS : 0);
  lab.record.demand(
    held === wanted,
    `relay-b holds ${String(held)} calls by itself, not ${wanted}`,
  );
  lab.record.demand(
    (reason === 'standby-ready') === heals,
    `relay-b says ${reason} with ${String(held)} calls`,
  );
}

async function seeThemBroughtBack(lab: Lab, signal: AbortSignal): Promise<void> {
  const startedAtMs = nowMs();
  await lab.relays['relay-b'].restartSidecar((file) => file, signal);
  await untilHeldByB(lab, MISSED_CALLS, signal);
  const heldMs = nowMs() - startedAtMs;
  await untilReadyOnB(lab, signal);
  const readyMs = nowMs() - startedAtMs;
  lab.record.say(
    `with repair: on, all ${MISSED_CALLS} were held ${heldMs.toFixed(0)} ms after the sidecar was started, ` +
      `and relay-b was ready after ${readyMs.toFixed(0)} ms`,
  );
}

const QUIET_CALLS = 50;

export const notifyOff: Scenario = {
  name: 'notify-off',
  summary:
    'the replica of relay-b no longer tells of keys; the reason is said, its calls are brought back',
  deed: 'notify-keyspace-events is switched off on the replica of relay-b, and 50 calls are set up',
  strike: async (lab, signal) => {
    const atMs = nowMs();
    await tellEvents(lab, '', signal);
    return atMs;
  },
  follow: async (lab, signal) => {
    await lab.callers.ask({ do: 'set-up', calls: planMoreCalls('untold', QUIET_CALLS) }, signal);
    lab.record.callsAdded = QUIET_CALLS;
    const setUpAtMs = nowMs();
    await untilHeldByB(lab, QUIET_CALLS, signal);
    const heldMs = nowMs() - setUpAtMs;
    await untilReadyOnB(lab, signal);
    lab.record.say(
      `all ${QUIET_CALLS} were held ${heldMs.toFixed(0)} ms after the last was set up`,
    );
    const { relay } = await readStatus(lab.hosts['relay-b'], signal);
    const named = relay.dangers?.some(({ setting }) =>
      setting.startsWith('notify-keyspace-events'),
    );
    lab.record.demand(named === true, 'the status of relay-b does not name notify-keyspace-events');
    return {};
  },
  recover: async (lab, signal) => {
    await tellEvents(lab, 'KEA', signal);
    await lab.callers.ask({ do: 'hang-up', name: 'untold' }, signal);
  },
  limits: { lost: 0 },
};

export const standbyRestart: Scenario = {
  name: 'standby-restart',
  summary: 'rtpengine on relay-b is killed and started again; it is ready once it holds the calls',
  deed: 'rtpengine on relay-b is killed (SIGKILL) and started again',
  strike: (lab) => {
    const atMs = nowMs();
    lab.relays['relay-b'].program('relay').kill('SIGKILL');
    return atMs;
  },
  follow: seeItReadyAgain,
  movesOfB: ['relay-a', 'relay-b'],
  limits: { lost: 3 },
};

/** Ready must never be said before the sessions are back. */
async function seeItReadyAgain(lab: Lab, signal: AbortSignal): Promise<Notes> {
  await sleep(RESTART_AFTER_MS, signal);
  const down = await standingOfA(lab, signal);
  lab.record.demand(
    down.rank === 'withdrawn',
    `relay-b without rtpengine: rank ${String(down.rank)}`,
  );
  lab.relays['relay-b'].startIfEnded('relay');
  const startedAtMs = nowMs();
  await untilReadyOnB(lab, signal);
  const readyMs = nowMs() - startedAtMs;
  const wanted = lab.expectedSessions('relay-b').foreign;
  const held = await countTwice(lab, signal);
  const found = `${String(held)} of ${wanted} calls`;
  lab.record.demand(held === wanted, `ready with ${found}`);
  lab.record.say(`ready ${readyMs.toFixed(0)} ms after the start, with ${found}`);
  await lab.routes.waitForOwner('b', 'relay-b', { deadlineMs: HELD_WITHIN_MS, signal });
  return {};
}

/** The canary call is taken off the count, and is itself set up anew at times like this one. */
async function countTwice(lab: Lab, signal: AbortSignal): Promise<number | undefined> {
  const first = (await sessionsOf(lab, 'relay-b', signal))?.foreign;
  await sleep(LOOK_EVERY_MS, signal);
  const second = (await sessionsOf(lab, 'relay-b', signal))?.foreign;
  return first === undefined || second === undefined ? undefined : Math.max(first, second);
}

async function untilHeldByB(lab: Lab, more: number, signal: AbortSignal): Promise<void> {
  const wanted = lab.expectedSessions('relay-b').foreign + more;
  let held: number | undefined;
  const seen = (): string => `${String(held)} held`;
  const limits = { deadlineMs: HELD_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal, seen };
  await poll({ what: `relay-b to hold ${wanted} calls of relay-a`, ...limits }, async () => {
    held = (await sessionsOf(lab, 'relay-b', signal))?.foreign;
    return held === wanted ? true : undefined;
  });
}

async function untilReadyOnB(lab: Lab, signal: AbortSignal): Promise<void> {
  let found = '';
  const limits = { deadlineMs: HELD_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal, seen: () => found };
  await poll({ what: 'relay-b to be ready for VIP a', ...limits }, async () => {
    const { rank, reason } = await standingOfA(lab, signal);
    found = `rank ${String(rank)}, ${reason}`;
    return rank === READY_RANK ? true : undefined;
  });
}

/** What relay-b says of itself for VIP a; nothing while its sidecar does not answer. */
async function standingOfA(
  lab: Lab,
  signal: AbortSignal,
): Promise<{ readonly rank: number | string | null; readonly reason: string }> {
  try {
    const { vips } = await readStatus(lab.hosts['relay-b'], signal);
    const { rank = null, reason = 'unknown' } = vips.find(({ name }) => name === 'a') ?? {};
    return { rank, reason };
  } catch {
    signal.throwIfAborted();
    return { rank: null, reason: 'no answer' };
  }
}

async function tellEvents(lab: Lab, events: string, signal: AbortSignal): Promise<void> {
  const set = ['CONFIG', 'SET', 'notify-keyspace-events', events];
  await lab.hosts['relay-b'].run([...askStore(lab.store), ...set], signal);
}
