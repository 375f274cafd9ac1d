// Sentinels and a spare server beside the primary, for as long as one scenario lasts. rtpengine knows
// no Sentinel: what it sends to the primary's address is led to whichever server is the primary.

import { writeFile } from 'node:fs/promises';

import { poll } from '../poll.js';
import { linkOf, REDIS_PORT, RELAYS } from './addresses.js';
import type { Lab } from './lab.js';
import type { LabProcess } from './process.js';
import { askStore, storeServer, type StoreKind } from './programs.js';

export const SPARE_PORT = 6380;
const SENTINEL_PORTS = [26_379, 26_380, 26_381] as const;
const NAME = 'relays';
const SPARE_FOLLOWS_WITHIN_MS = 10_000;
const STORE = linkOf('store').host4;
const SCRIPT = '/run/lead-to-primary.sh';

/** Called by Sentinel: name, role, state, from-ip, from-port, to-ip, to-port. */
const LEAD_TO_PRIMARY = `#!/bin/sh
nft "add table ip lead; add chain ip lead in { type nat hook prerouting priority -100; };
flush chain ip lead in; add rule ip lead in ip saddr != ${STORE} tcp dport ${REDIS_PORT} redirect to :$7"
`;

const started = new WeakMap<Lab, readonly LabProcess[]>();

/** The sidecars are started again on a file that names the Sentinels. */
export async function startSentinels(lab: Lab, signal: AbortSignal): Promise<void> {
  const { store } = lab.hosts;
  await writeFile(store.path(SCRIPT), LEAD_TO_PRIMARY, { mode: 0o755 });
  await store.run(['mkdir', '-p', '/var/lib/spare'], signal);
  const programs = [store.start('spare', spare(lab.store))];
  started.set(lab, programs);
  await untilSpareFollows(lab, signal);
  for (const relay of RELAYS) {
    const never = [...askStore(lab.store), 'CONFIG', 'SET', 'replica-priority', '0'];
    await lab.hosts[relay].run(never, signal);
  }
  for (const port of SENTINEL_PORTS) {
    const file = `/run/sentinel-${port}.conf`;
    await writeFile(store.path(file), settings(port));
    programs.push(store.start(`sentinel-${port}`, [storeServer(lab.store), file, '--sentinel']));
  }
  for (const relay of RELAYS) {
    await lab.relays[relay].restartSidecar(nameSentinels, signal);
  }
}

/** A Sentinel asks the primary for its replicas at its start, and not again for ten seconds. */
async function untilSpareFollows(lab: Lab, signal: AbortSignal): Promise<void> {
  const limits = { deadlineMs: SPARE_FOLLOWS_WITHIN_MS, everyMs: 50, signal };
  await poll({ what: 'the spare to follow the primary', ...limits }, async () => {
    const said = await lab.hosts.store.run([...askStore(lab.store), 'INFO', 'replication'], signal);
    return said.includes(`port=${SPARE_PORT},state=online`) ? true : undefined;
  });
}

/** The primary is the one of the lab again, with the data that it had. */
export async function stopSentinels(lab: Lab, signal: AbortSignal): Promise<void> {
  for (const program of started.get(lab) ?? []) {
    await program.stop('SIGKILL', signal);
  }
  // Adding what may be there already makes deleting it safe.
  await lab.hosts.store.run(['nft', 'add table ip lead; delete table ip lead'], signal);
  lab.restartPrimary();
  for (const relay of RELAYS) {
    const { host } = lab.relays[relay];
    const ask = askStore(lab.store);
    await host.run([...ask, 'REPLICAOF', STORE, String(REDIS_PORT)], signal);
    await host.run([...ask, 'CONFIG', 'SET', 'replica-priority', '100'], signal);
    await lab.relays[relay].restartSidecar((file) => file, signal);
  }
}

function spare(kind: StoreKind): readonly string[] {
  return [
    ...[storeServer(kind), '--port', String(SPARE_PORT), '--bind', '0.0.0.0'],
    ...['--protected-mode', 'no', '--dir', '/var/lib/spare', '--save', '', '--appendonly', 'yes'],
    ...['--repl-diskless-sync-delay', '0', '--replicaof', STORE, String(REDIS_PORT)],
  ];
}

function settings(port: number): string {
  return [
    `port ${port}`,
    'bind 0.0.0.0',
    'protected-mode no',
    'dir /run',
    `sentinel monitor ${NAME} ${STORE} ${REDIS_PORT} 2`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 3000`,
    `sentinel parallel-syncs ${NAME} 2`,
    `sentinel client-reconfig-script ${NAME} ${SCRIPT}`,
    '',
  ].join('\n');
}

function nameSentinels(file: string): string {
  const sentinels = SENTINEL_PORTS.map((port) => `redis://${STORE}:${port}`).join(', ');
  return file.replace(/^( +)primary: .*$/m, `$1sentinels: [${sentinels}]\n$1name: ${NAME}`);
}
