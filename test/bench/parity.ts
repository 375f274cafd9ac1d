// What the comparison by Call-ID and the repair cost, on a real rtpengine and a real Redis:
//
//   npm run bench:parity -- 25000
//
// The calls have no media, so that neither ports nor files set the limit: what is listed, scanned and
// restored is the same. The relay under test stands by for them. Pings go to it all the while
// from this very process, as the sidecar's do.

import { readdirSync, readFileSync } from 'node:fs';

import { RedisClients } from '../../src/adapters/redis/redis-clients.js';
import { createSessionKeys } from '../../src/adapters/redis/session-keys.js';
import { createSessionLister } from '../../src/adapters/relay/rtpengine-cli/session-lister.js';
import { tickEvery } from '../../src/async/tick.js';
import type { ParityObservation, RepairObservation } from '../../src/domain/evidence.js';
import { createNgClient, type NgClient } from '../../src/ng/client.js';
import { EndedHere } from '../../src/runtime/parity/ended-here.js';
import { Incurable } from '../../src/runtime/parity/incurable.js';
import { ParityLog } from '../../src/runtime/parity/parity-log.js';
import { runRound } from '../../src/runtime/parity/round.js';
import { startRedis, type RedisProgram } from '../support/redis.js';
import { startRtpengine, type Rtpengine } from '../support/rtpengine.js';
import { pause, waitUntil } from '../support/wait.js';

const SESSIONS_DEFAULT = 25_000;
const ROUNDS = 20;
const PING_EVERY_MS = 50;
const SET_UP_AT_ONCE = 8;
const WAIT_MS_MAX = 120_000;
const NEVER = new AbortController().signal;

const roundsMs: number[] = [];
const SDP = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 0 RTP/AVP 8', ''],
].join('\r\n');

const sessions = Number(process.argv[2] ?? SESSIONS_DEFAULT);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const primary = await startRedis();
const replica = await startRedis({ replicaOf: primary });
const home = await startRtpengine({ args: redisArguments(1, 2) });
const standby = await startRtpengine({ args: redisArguments(2, 1) });
try {
  await measure();
} finally {
  await Promise.all([home, standby, replica, primary].map((program) => program.stop()));
}

function redisArguments(own: number, peer: number): readonly string[] {
  return [
    `--redis=127.0.0.1:${replica.port}/${own}`,
    `--redis-write=127.0.0.1:${primary.port}/${own}`,
    `--subscribe-keyspace=${peer}`,
    '--redis-num-threads=2',
    '--no-redis-required',
    '--log-level=4',
    ...['--offer-timeout=86400', '--timeout=86400', '--silent-timeout=86400'],
  ];
}

async function measure(): Promise<void> {
  const ng = createNgClient(standby.ng);
  // The replica tells of nothing yet: the standby misses every call.
  await setUp(home);
  await waitUntil('the replica has them', () => hasKeys(replica), WAIT_MS_MAX);
  await replica.send('CONFIG SET notify-keyspace-events KEA');
  say(`${sessions} sessions, ${ROUNDS} rounds, pings every ${PING_EVERY_MS} ms`);
  await report('nothing else', ng, () => pause(ROUNDS * 1_000));
  await report('one round that finds all missing and brings them back', ng, () => round());
  await pause(1_000);
  for (const side of ['standby', 'home'] as const) {
    await report(`${ROUNDS} rounds that find nothing missing (${side})`, ng, async () => {
      for (let done = 0; done < ROUNDS; done += 1) {
        await round(side);
      }
    });
  }
  ng.close();
}

async function setUp(relay: Rtpengine): Promise<void> {
  const ng = createNgClient(relay.ng);
  let next = 0;
  const startedAtMs = performance.now();
  const some = async (): Promise<void> => {
    while (next < sessions) {
      next += 1;
      const common = {
        'call-id': `bench-${next}-3c26700857b8@10.0.0.9`,
        'from-tag': 'a',
        sdp: SDP,
      };
      await ng.request({ ...common, command: 'offer' }, { deadlineMs: WAIT_MS_MAX }, NEVER);
      const answer = { ...common, command: 'answer', 'to-tag': 'b' };
      await ng.request(answer, { deadlineMs: WAIT_MS_MAX }, NEVER);
    }
  };
  await Promise.all(Array.from({ length: SET_UP_AT_ONCE }, some));
  ng.close();
  say(`set up in ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
}

async function hasKeys(redis: RedisProgram): Promise<boolean> {
  return (await redis.send('SELECT 1', 'DBSIZE')).includes(`:${sessions}\r`);
}

async function round(side: 'home' | 'standby' = 'standby'): Promise<void> {
  const keys = createSessionKeys(
    new RedisClients({ primary: primary.server, replica: replica.server }),
  );
  const startedAtMs = performance.now();
  const found: (ParityObservation | RepairObservation)[] = [];
  const relay = side === 'home' ? home : standby;
  await runRound(
    {
      sides: [{ kind: side, vip: 'a', database: 1 }],
      isAway: () => false,
      endedHere: new EndedHere(),
      lister: createSessionLister(relay.cli),
      keys,
      repair: 'on',
      clock: { nowMs: () => performance.now() },
      incurable: new Incurable(),
      log: new ParityLog({ info: () => undefined, warn: () => undefined, error: () => undefined }),
      hearEvents: () => undefined,
      listener: (seen) => found.push(seen),
    },
    NEVER,
  );
  await keys.close();
  roundsMs.push(performance.now() - startedAtMs);
  const repaired = found.find((each) => each.kind === 'repair');
  const last = found.at(-1);
  if (repaired?.kind === 'repair') {
    say(`  published ${repaired.published}, healed ${repaired.healed}`);
  } else if (last?.kind !== 'parity' || last.missing + last.extra > 0) {
    say(`  unexpected: ${JSON.stringify(last)}`);
  }
}

async function report(what: string, ng: NgClient, work: () => Promise<void>): Promise<void> {
  const programs = { replica, standby, home, primary };
  const before = Object.entries(programs).map(([, { pid }]) => cpuMs(pid));
  const self = process.cpuUsage();
  const pings = new AbortController();
  const roundTripsMs: number[] = [];
  const pinging = tickEvery(PING_EVERY_MS, () => void ping(ng, roundTripsMs), pings.signal);
  const startedAtMs = performance.now();
  roundsMs.length = 0;
  await work();
  const tookMs = performance.now() - startedAtMs;
  pings.abort();
  await pinging;
  const used = process.cpuUsage(self);
  const costs = Object.entries(programs).map(
    ([name, { pid }], index) => `${name} ${(cpuMs(pid) - (before[index] ?? 0)).toFixed(0)} ms`,
  );
  const own = ((used.user + used.system) / 1_000).toFixed(0);
  say(`${what}: ${(tookMs / 1_000).toFixed(1)} s; each ${spread(roundsMs)}`);
  say(`  CPU in all: this process ${own} ms, ${costs.join(', ')}`);
  say(`  pings ${spread(roundTripsMs)}`);
}

async function ping(ng: NgClient, roundTripsMs: number[]): Promise<void> {
  const sentAtMs = performance.now();
  const reply = await ng
    .request({ command: 'ping' }, { deadlineMs: 5_000 }, NEVER)
    .catch(() => ({}));
  roundTripsMs.push('result' in reply ? performance.now() - sentAtMs : Number.POSITIVE_INFINITY);
}

function spread(valuesMs: readonly number[]): string {
  const sorted = [...valuesMs].sort((left, right) => left - right);
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} ms (n=${sorted.length})`;
}

/** Of every thread, to the nanosecond: the clock of /proc/PID/stat ticks only every 10 ms. */
function cpuMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
    .reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}
