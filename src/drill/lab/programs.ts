// The command lines of the programs in the lab, as a pair would run them in earnest.

import { fileURLToPath } from 'node:url';

import {
  CLI_PORT,
  linkOf,
  NG_PORT,
  otherRelay,
  REDIS_PORT,
  VIPS,
  vipOfHome,
  type RelayName,
} from './addresses.js';

export type BgpDriver = 'bird' | 'gobgp';

/** The program that carries the media; both relays of a pair are of one kind. */
export type RelayKind = 'rtpengine' | 'holdline';

/** The servers that keep the calls, named as their programs begin. */
export type StoreKind = 'redis' | 'valkey';

const PROJECT = fileURLToPath(new URL('../../../..', import.meta.url));
const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export const GOBGP_SOCKET = '/run/gobgp/api.sock';
export const CONTROL_SOCKET = '/run/holdline/control.sock';
const BFD_SOCKET = '/run/holdline/bfd.ctl';
export const BIRD_SOCKET = '/run/bird/bird.ctl';

export function configPath(...parts: readonly string[]): string {
  return [PROJECT.replace(/\/$/, ''), 'gobgp-config', ...parts].join('/');
}

/** Persistent, because a primary that comes back empty empties its replicas. */
export function storePrimary(kind: StoreKind): readonly string[] {
  return [...store(kind), '--appendonly', 'yes', '--repl-diskless-sync-delay', '0'];
}

/** Keyspace events are a setting of each server: the relay listens to its replica's. */
export function storeReplica(kind: StoreKind): readonly string[] {
  const primary = linkOf('store').host4;
  const replicaOf = ['--replicaof', primary, String(REDIS_PORT)];
  return [...store(kind), ...replicaOf, '--notify-keyspace-events', 'KEA'];
}

function store(kind: StoreKind): readonly string[] {
  const network = ['--port', String(REDIS_PORT), '--bind', '0.0.0.0', '--protected-mode', 'no'];
  return [storeServer(kind), ...network, '--dir', '/var/lib/redis', '--save', ''];
}

export function storeServer(kind: StoreKind): string {
  return `${kind}-server`;
}

/** The beginning of a command line that asks the server on the same host. */
export function askStore(kind: StoreKind): readonly string[] {
  return [`${kind}-cli`, '-p', String(REDIS_PORT)];
}

/** Named in the relays' files in gobgp-config/. */
export const RELAY_PID_FILES: Readonly<Record<RelayKind, string>> = {
  rtpengine: '/run/rtpengine.pid',
  holdline: '/run/holdline-relay.pid',
};

/**
 * The timeout is a day, since a relay whose calls run at its standby hears none of their media:
 * after the default of 60 s it would end them, delete their keys, and so end them at the standby.
 */
function rtpengine(relay: RelayName, activeSwitchover: boolean): readonly string[] {
  const own = vipOfHome(relay).database;
  const peer = vipOfHome(otherRelay(relay)).database;
  return [
    'rtpengine',
    '--foreground',
    '--log-stderr',
    '--log-level=5',
    '--table=-1',
    ...VIPS.flatMap((vip) => [
      `--interface=${vip.interfaceName}/${vip.ipv4}`,
      `--interface=${vip.interfaceName}/${vip.ipv6}`,
    ]),
    `--listen-ng=${NG_PORT}`,
    `--listen-cli=127.0.0.1:${CLI_PORT}`,
    `--pidfile=${RELAY_PID_FILES.rtpengine}`,
    `--redis=127.0.0.1:${REDIS_PORT}/${own}`,
    `--redis-write=${linkOf('store').host4}:${REDIS_PORT}/${own}`,
    `--subscribe-keyspace=${peer}`,
    '--redis-num-threads=2',
    '--no-redis-required',
    '--redis-allowed-errors=1',
    '--redis-disable-time=5',
    '--timeout=86400',
    '--port-min=30000',
    '--port-max=40000',
    ...(activeSwitchover ? ['--active-switchover'] : []),
  ];
}

/** How long rtpengine waits for Redis once it runs. */
const REDIS_RUN_MS = 50;

/**
 * Sets the limits once rtpengine has restored its sessions, which it does before it answers here. With
 * any limit from the start a Redis that pauses for longer costs live calls: rtpengine 10.5 deletes from
 * its own database what it could not read, and with the keys go the standby's copies (docs/redis.md).
 */
export function rtpengineSettings(): readonly string[] {
  const ask = (command: string): string =>
    `exec 3<>/dev/tcp/127.0.0.1/${CLI_PORT} && echo "${command}" >&3 && cat <&3`;
  const settings = ['rediscmdtimeout', 'redisconnecttimeout'].map((name) =>
    ask(`set ${name} ${REDIS_RUN_MS}`),
  );
  const script = `for each in $(seq 100); do (${settings.join(' && ')}) && exit; sleep 0.1; done`;
  return ['bash', '-c', script];
}

export function birdRouter(): readonly string[] {
  return ['bird', '-f', '-c', configPath('router', 'bird.conf'), '-s', BIRD_SOCKET];
}

export function bgpDaemon(driver: BgpDriver, relay: RelayName): readonly string[] {
  return driver === 'bird'
    ? ['bird', '-f', '-c', configPath('bird', relay, 'bird.conf'), '-s', BIRD_SOCKET]
    : gobgpd(configPath('gobgp', relay, 'gobgpd.toml'));
}

/** GoBGP 3 has no BFD: a BIRD that does nothing else lets the router find a dead host in its stead. */
export function bfdCompanion(relay: RelayName): readonly string[] {
  return ['bird', '-f', '-c', configPath('gobgp', relay, 'bfd.conf'), '-s', BFD_SOCKET];
}

/** A killed gobgpd leaves its socket file behind, and the next one refuses to start over it. */
function gobgpd(file: string): readonly string[] {
  const start = `rm -f ${GOBGP_SOCKET} && exec gobgpd -f "$0" --api-hosts unix://${GOBGP_SOCKET} --pprof-disable`;
  return ['sh', '-c', start, file];
}

/** `holdline relay`, on its file in gobgp-config/. */
function holdlineRelay(relay: RelayName): readonly string[] {
  return [process.execPath, MAIN, 'relay', '-c', configPath('relay', `${relay}.yaml`)];
}

export interface MediaRelayOptions {
  readonly relay: RelayKind;
  readonly activeSwitchover: boolean;
}

export function mediaRelay(options: MediaRelayOptions, relay: RelayName): readonly string[] {
  return options.relay === 'rtpengine'
    ? rtpengine(relay, options.activeSwitchover)
    : holdlineRelay(relay);
}

/** What an operator asks about the file that the sidecar runs on. */
export function checkCommand(file: string): readonly string[] {
  return [process.execPath, MAIN, 'check', '--json', '-c', file];
}

export function sidecarOn(file: string): readonly string[] {
  return [process.execPath, MAIN, 'run', '-c', file];
}
