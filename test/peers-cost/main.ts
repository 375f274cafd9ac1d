// What the beat and the words of a fleet cost: `npm run peers-cost -- --nodes 2,100,1000`. A real
// primary, a real replica, one real exchange that is measured, and the other nodes as Redis sees them.

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { RedisClients } from '../../src/adapters/redis/redis-clients.js';
import { createRedisPeers } from '../../src/adapters/redis/redis-peers.js';
import { systemClock as clock } from '../../src/adapters/system/clock.js';
import { startRedis, type RedisProgram } from '../support/redis.js';
import { sampleWord } from '../support/sample-word.js';
import { pause, waitUntil } from '../support/wait.js';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '2,100' },
    seconds: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
  },
});

const SETTLE_MS = 3_000;
const seconds = Number(values.seconds);
const runs = Number(values.runs);

print(
  'nodes  primary: commands/s   CPU   to each replica   replica CPU   sidecar CPU   beat p50 / p99',
);
for (const nodes of values.nodes.split(',').map(Number)) {
  for (let run = 0; run < runs; run += 1) {
    print(row(nodes, await measure(nodes)));
  }
}

interface Cost {
  readonly commandsPerSecond: number;
  readonly primaryCpuPct: number;
  readonly replicationBytesPerSecond: number;
  readonly replicaCpuPct: number;
  readonly sidecarCpuPct: number;
  readonly roundTripsMs: readonly number[];
}

async function measure(nodes: number): Promise<Cost> {
  const primary = await startRedis();
  const replica = await startRedis({ replicaOf: primary });
  const others = startPublishers(primary.port, nodes - 1);
  const stop = new AbortController();
  const roundTripsMs: number[] = [];
  const watched = exchange(primary, replica).watch(
    { word: () => sampleWord(), curious: () => false },
    (seen) => {
      if (seen.kind === 'redis-beat' && seen.outcome === 'seen') {
        roundTripsMs.push(seen.roundTripMs);
      }
    },
    stop.signal,
  );
  try {
    await waitUntil('a beat comes through', () => roundTripsMs.length > 0);
    await pause(SETTLE_MS);
    roundTripsMs.length = 0;
    const before = await readings(primary, replica);
    await pause(seconds * 1_000);
    return { ...difference(before, await readings(primary, replica)), roundTripsMs };
  } finally {
    stop.abort();
    await watched;
    others.kill();
    await Promise.all([primary.stop(), replica.stop()]);
  }
}

function exchange(primary: RedisProgram, replica: RedisProgram) {
  return createRedisPeers({
    clients: new RedisClients({ primary: primary.server, replica: replica.server }),
    database: 15,
    node: 'measured',
    vips: [
      { name: 'own', prefixes: [], role: { kind: 'home', standbys: 1 } },
      {
        name: 'relay_0000a',
        prefixes: [],
        role: { kind: 'standby', of: 'relay-0000', order: 1, standbys: 1 },
      },
    ],
    clock,
    onTrouble: print,
  });
}

function startPublishers(port: number, nodes: number): ChildProcess {
  const file = fileURLToPath(new URL('publishers.js', import.meta.url));
  return fork(file, [String(port), String(nodes)]);
}

interface Readings {
  readonly atMs: number;
  readonly primary: ReadonlyMap<string, number>;
  readonly replica: ReadonlyMap<string, number>;
  readonly ownCpuUs: number;
}

async function readings(primary: RedisProgram, replica: RedisProgram): Promise<Readings> {
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    ownCpuUs: user + system,
    primary: await infoOf(primary),
    replica: await infoOf(replica),
  };
}

async function infoOf(redis: RedisProgram): Promise<ReadonlyMap<string, number>> {
  const text = await redis.send('INFO stats', 'INFO cpu', 'INFO replication');
  return new Map(
    [...text.matchAll(/^(\w+):([\d.]+)\r$/gm)].map(([, key, value]) => [key ?? '', Number(value)]),
  );
}

function difference(from: Readings, to: Readings): Omit<Cost, 'roundTripsMs'> {
  const tookS = (to.atMs - from.atMs) / 1_000;
  const rate = (side: 'primary' | 'replica', key: string): number =>
    ((to[side].get(key) ?? NaN) - (from[side].get(key) ?? NaN)) / tookS;
  const cpuPct = (side: 'primary' | 'replica'): number =>
    100 * (rate(side, 'used_cpu_user') + rate(side, 'used_cpu_sys'));
  return {
    commandsPerSecond: rate('primary', 'total_commands_processed'),
    primaryCpuPct: cpuPct('primary'),
    replicationBytesPerSecond: rate('primary', 'master_repl_offset'),
    replicaCpuPct: cpuPct('replica'),
    sidecarCpuPct: (to.ownCpuUs - from.ownCpuUs) / 10_000 / tookS,
  };
}

function row(nodes: number, cost: Cost): string {
  const trips = cost.roundTripsMs.toSorted((left, right) => left - right);
  const at = (share: number): string => (trips[Math.floor(share * trips.length)] ?? NaN).toFixed(1);
  return [
    String(nodes).padStart(5),
    cost.commandsPerSecond.toFixed(0).padStart(21),
    `${cost.primaryCpuPct.toFixed(1)} %`.padStart(8),
    `${(cost.replicationBytesPerSecond / 1_000).toFixed(1)} kB/s`.padStart(15),
    `${cost.replicaCpuPct.toFixed(1)} %`.padStart(13),
    `${cost.sidecarCpuPct.toFixed(2)} %`.padStart(13),
    `${at(0.5)} / ${at(0.99)} ms`.padStart(17),
  ].join('');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
