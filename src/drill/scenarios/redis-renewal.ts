// The primary is another one than before: empty, or cut from its replicas' history, or another server.

import { sleep } from '../../async/sleep.js';
import { planMoreCalls } from '../callers/plan.js';
import { nowMs } from '../clock.js';
import { linkOf, REDIS_PORT, RELAYS } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { askStore } from '../lab/programs.js';
import { sessionsOf, untilReady } from '../lab/readiness.js';
import { SPARE_PORT, startSentinels, stopSentinels } from '../lab/sentinel-lab.js';
import { readStatus } from '../lab/sidecar-client.js';
import { untilSaid } from '../measure/screens.js';
import { poll } from '../poll.js';

import type { Notes, Scenario } from './scenario.js';

const WELL_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;
const AFTER_MS = 2_000;
const STORE = linkOf('store').host4;

export const primaryRestartEmpty: Scenario = {
  limits: { lost: 0 },
  name: 'primary-restart-empty',
  summary:
    'the Redis primary is killed and comes back empty, and empties its replicas; no route moves',
  prepare: async (lab, signal) => {
    await lab.hosts.store.run(['cp', '-a', '/var/lib/redis', '/var/lib/kept'], signal);
  },
  deed: 'the Redis primary is killed (SIGKILL) and started again without its data',
  strike: (lab) => {
    const atMs = nowMs();
    lab.primary.kill('SIGKILL');
    return atMs;
  },
  follow: async (lab, signal) => {
    await lab.primary.ended;
    await lab.hosts.store.run(['sh', '-c', 'rm -rf /var/lib/redis/*'], signal);
    lab.restartPrimary();
    await untilAtRisk(lab, signal);
    await sleep(AFTER_MS, signal);
    await tellWhatIsHeld(lab, signal);
    return {};
  },
  recover: async (lab, signal) => {
    await lab.primary.stop('SIGKILL', signal);
    const restore = 'rm -rf /var/lib/redis && mv /var/lib/kept /var/lib/redis';
    await lab.hosts.store.run(['sh', '-c', restore], signal);
    lab.restartPrimary();
  },
};

/** The home says that Redis no longer keeps its calls. */
async function untilAtRisk(lab: Lab, signal: AbortSignal): Promise<void> {
  const startedAtMs = nowMs();
  let seen = '';
  const limits = { deadlineMs: WELL_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal, seen: () => seen };
  const wanted = lab.expectedSessions('relay-a').own;
  await poll({ what: `relay-a to say that ${wanted} calls are at risk`, ...limits }, async () => {
    const { atRisk } = await readStatus(lab.hosts['relay-a'], signal);
    seen = `${String(atRisk.calls)} at risk: ${atRisk.because ?? 'no reason'}`;
    // The link is down for a moment first, which puts all of them at risk for another reason.
    return atRisk.calls === wanted && /Redis does not keep/.test(seen) ? true : undefined;
  });
  lab.record.say(`${(nowMs() - startedAtMs).toFixed(0)} ms after the restart relay-a says ${seen}`);
}

async function tellWhatIsHeld(lab: Lab, signal: AbortSignal): Promise<void> {
  for (const relay of RELAYS) {
    const held = await sessionsOf(lab, relay, signal);
    const wanted = lab.expectedSessions(relay);
    const found = `own ${String(held?.own)}, foreign ${String(held?.foreign)}`;
    lab.record.demand(
      held?.own === wanted.own && held.foreign === wanted.foreign,
      `${relay} holds ${found}, not own ${wanted.own}, foreign ${wanted.foreign}`,
    );
    lab.record.say(`${relay} holds in memory: ${found}`);
  }
}

export const fullResync: Scenario = {
  limits: { lost: 0 },
  name: 'full-resync',
  summary: 'both replicas lose their place and are synchronised in full; no route moves',
  deed: 'the links of both replicas are cut and the backlog is overrun before they are back',
  strike: async (lab, signal) => {
    const atMs = nowMs();
    await lab.hosts.store.run(['bash', '-c', OVERRUN], signal);
    return atMs;
  },
  follow: async (lab, signal) => {
    const startedAtMs = nowMs();
    const limits = { deadlineMs: WELL_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal };
    await poll({ what: 'two full synchronisations more', ...limits }, async () => {
      const said = await lab.hosts.store.run([...askStore(lab.store), 'INFO', 'stats'], signal);
      return Number(/sync_full:(\d+)/.exec(said)?.[1]) >= 2 ? true : undefined;
    });
    await untilBothWell(lab, signal);
    lab.record.say(`all is well again ${(nowMs() - startedAtMs).toFixed(0)} ms after the overrun`);
    return {};
  },
  recover: async (lab, signal) => {
    const ask = askStore(lab.store);
    await lab.hosts.store.run([...ask, '-n', '15', 'DEL', 'holdline:drill'], signal);
    await lab.hosts.store.run([...ask, 'CONFIG', 'SET', 'repl-backlog-size', '1048576'], signal);
  },
};

const BACKLOG_BYTES = 16_384;
/** Overruns it, and is still within a line that Redis reads (64 KiB). */
const VALUE_BYTES = 3 * BACKLOG_BYTES;
/** In one transaction, so that no replica comes back between the cut and the overrun. */
const OVERRUN = [
  `exec 3<>/dev/tcp/${STORE}/${REDIS_PORT}`,
  `long=$(head -c ${VALUE_BYTES} /dev/zero | tr '\\0' x)`,
  `printf 'CONFIG SET repl-backlog-size ${BACKLOG_BYTES}\\r\\nCONFIG RESETSTAT\\r\\n` +
    `SELECT 15\\r\\nMULTI\\r\\nCLIENT KILL TYPE replica\\r\\nSET holdline:drill %s\\r\\nEXEC\\r\\nQUIT\\r\\n' "$long" >&3`,
  'cat <&3',
].join('\n');

async function untilBothWell(lab: Lab, signal: AbortSignal): Promise<void> {
  const limits = { deadlineMs: WELL_WITHIN_MS, signal };
  for (const [relay, vip, other] of [
    ['relay-a', 'a', 'b'],
    ['relay-b', 'b', 'a'],
  ] as const) {
    await untilSaid(lab, { relay, vip, reason: 'serving', rank: 0 }, limits);
    await untilSaid(lab, { relay, vip: other, reason: 'standby-ready', rank: 1 }, limits);
  }
}

const NEW_CALLS = 20;

export const sentinelFailover: Scenario = {
  limits: { lost: 0 },
  name: 'sentinel-failover',
  summary: 'the Redis primary is killed and three Sentinels promote another; no route moves',
  prepare: async (lab, signal) => {
    await startSentinels(lab, signal);
    await untilReady(lab, signal);
  },
  deed: 'the Redis primary is killed (SIGKILL); Sentinel finds it and promotes the spare',
  strike: (lab) => {
    const atMs = nowMs();
    lab.primary.kill('SIGKILL');
    return atMs;
  },
  follow: seeItFollowed,
  recover: async (lab, signal) => {
    await lab.callers.ask({ do: 'hang-up', name: 'after' }, signal);
    await stopSentinels(lab, signal);
  },
};

async function seeItFollowed(lab: Lab, signal: AbortSignal): Promise<Notes> {
  const startedAtMs = nowMs();
  const limits = { deadlineMs: WELL_WITHIN_MS, signal };
  await Promise.all([
    untilSaid(lab, { relay: 'relay-a', vip: 'a', reason: 'unprotected', rank: 0 }, limits),
    untilSaid(lab, { relay: 'relay-b', vip: 'b', reason: 'unprotected', rank: 0 }, limits),
  ]);
  const wanted = `${STORE}:${SPARE_PORT}`;
  for (const relay of RELAYS) {
    await poll({ what: `${relay} to follow`, everyMs: LOOK_EVERY_MS, ...limits }, async () => {
      const { redis } = await readStatus(lab.hosts[relay], signal);
      return redis?.servers?.primary.at === wanted ? true : undefined;
    });
  }
  const followedMs = nowMs() - startedAtMs;
  await untilBothWell(lab, signal);
  const wellMs = nowMs() - startedAtMs;
  await lab.callers.ask({ do: 'set-up', calls: planMoreCalls('after', NEW_CALLS) }, signal);
  lab.record.callsAdded = NEW_CALLS;
  await untilHeldByStandby(lab, signal);
  lab.record.say(
    `both sidecars followed to ${wanted} after ${followedMs.toFixed(0)} ms, all was well after ` +
      `${wellMs.toFixed(0)} ms, and ${NEW_CALLS} calls set up then are held by the standby`,
  );
  return {};
}

async function untilHeldByStandby(lab: Lab, signal: AbortSignal): Promise<void> {
  const wanted = lab.expectedSessions('relay-b').foreign + NEW_CALLS;
  let held: number | undefined;
  const seen = (): string => `${String(held)} held`;
  const limits = { deadlineMs: WELL_WITHIN_MS, everyMs: LOOK_EVERY_MS, signal, seen };
  await poll({ what: `relay-b to hold ${wanted} calls of relay-a`, ...limits }, async () => {
    held = (await sessionsOf(lab, 'relay-b', signal))?.foreign;
    return held === wanted ? true : undefined;
  });
}
