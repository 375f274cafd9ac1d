// The configuration as it holds, every default spoken out, in the words of the file. A password is
// printed as the place it came from, so that what is printed can be loaded again.

import { stringify } from 'yaml';

import type { Role } from '../domain/rank.js';
import type { Vip } from '../domain/route.js';
import type {
  BgpConfig,
  Config,
  HostPort,
  JournalConfig,
  NeighbourConfig,
  RedisConfig,
  RedisLogin,
  RedisPrimary,
  RedisServer,
  RedisTls,
  RelayConfig,
} from './config.js';
import { formatDuration } from '../yaml/duration.js';
import type { SecretOrigin } from './secrets.js';
import { formatSize } from '../yaml/size.js';

type Entries = Readonly<Record<string, unknown>>;

/** The effective configuration as plain values with the keys of the file. */
export function effective(config: Config): Entries {
  return withoutAbsent({
    node: config.node,
    budget: formatDuration(config.budgetMs),
    relay: relay(config.relay),
    vips: config.vips.map(vip),
    redis: config.redis === undefined ? undefined : redis(config.redis),
    capacity: config.capacity,
    bgp: bgp(config.bgp),
    failback: {
      mode: config.failback.mode,
      settle: formatDuration(config.failback.settleMs),
      'max-hold': formatDuration(config.failback.maxHoldMs),
    },
    status: { listen: hostPort(config.status.listen) },
    control: { socket: config.control.socketPath },
    state: config.state,
    journal: journal(config.journal),
    log: config.log,
    'on-stop': config.onStop,
    'on-death': config.onDeath,
  });
}

export function effectiveYaml(config: Config): string {
  return stringify(effective(config), { lineWidth: 0 });
}

function journal(config: JournalConfig | undefined): Entries | false {
  return config === undefined
    ? false
    : {
        path: config.path,
        'max-size': formatSize(config.fileBytesMax),
        files: config.filesMax,
      };
}

function relay({ ping, canary, degraded, ng, tcp, ...others }: RelayConfig): Entries {
  const { holdOpen, cli, pidFile, degradedFile, ...rest } = others;
  return withoutAbsent({
    ...rest,
    ng: ng === undefined ? undefined : `udp://${hostPort(ng)}`,
    tcp: tcp === undefined ? undefined : `tcp://${hostPort(tcp)}`,
    'hold-open': holdOpen === undefined ? undefined : `tcp://${hostPort(holdOpen)}`,
    cli: cli === undefined ? undefined : `tcp://${hostPort(cli)}`,
    'pid-file': pidFile,
    ping: {
      interval: formatDuration(ping.intervalMs),
      deadline: formatDuration(ping.deadlineMs),
      misses: ping.misses,
    },
    canary: { enabled: canary.enabled, interval: formatDuration(canary.intervalMs) },
    degraded: withoutAbsent({
      ping: degraded.pingMs === undefined ? undefined : formatDuration(degraded.pingMs),
      errors: degraded.errorShare === undefined ? undefined : formatShare(degraded.errorShare),
      for: formatDuration(degraded.forMs),
      'vip-missing': degraded.vipMissing,
    }),
    'degraded-file': degradedFile,
  });
}

/** Rounded to the tenth that the file can say: 0.07 * 100 is 7.000000000000001. */
function formatShare(share: number): string {
  return `${Math.round(share * 1_000) / 10}%`;
}

function vip({ name, prefixes, role, database }: Vip): Entries {
  return withoutAbsent({ name, prefixes, ...part(role), standbys: role.standbys, database });
}

function part(role: Role): Entries {
  return role.kind === 'home'
    ? { role: 'home' }
    : { role: 'standby', of: role.of, order: role.order };
}

function redis(config: RedisConfig): Entries {
  const { primary, replica, database, maxLagMs, parityIntervalMs, repair } = config;
  return {
    ...redisPrimary(primary),
    replica: redisServer(replica),
    database,
    'max-lag': formatDuration(maxLagMs),
    'parity-interval': formatDuration(parityIntervalMs),
    repair,
  };
}

function redisPrimary(primary: RedisPrimary): Entries {
  if (!('sentinels' in primary)) {
    return { primary: redisServer(primary) };
  }
  const { sentinels, name, login } = primary;
  const said = redisLogin(login, true);
  return {
    sentinels: sentinels.map(redisServer),
    name,
    ...(Object.keys(said).length === 0 ? {} : { primary: said }),
  };
}

function redisServer(server: RedisServer): unknown {
  const { path, tls } = server;
  const url =
    path === undefined
      ? `redis${tls === undefined ? '' : 's'}://${hostPort(server)}`
      : `unix://${path}`;
  const said = redisLogin(server, false);
  return Object.keys(said).length === 0 ? url : { url, ...said };
}

/** An empty `tls` says nothing beside rediss://, and everything where there is no URL. */
function redisLogin({ username, passwordOrigin, tls }: RedisLogin, alone: boolean): Entries {
  const trust = tls && redisTls(tls);
  const tells = trust !== undefined && (alone || Object.keys(trust).length > 0);
  return {
    ...(username === undefined ? {} : { user: username }),
    ...(passwordOrigin === undefined ? {} : origin(passwordOrigin)),
    ...(tells ? { tls: trust } : {}),
  };
}

function redisTls({ caPath, certPath, keyPath, serverName }: RedisTls): Entries {
  return withoutAbsent({ ca: caPath, cert: certPath, key: keyPath, 'server-name': serverName });
}

function origin(from: SecretOrigin): Entries {
  return from.from === 'file' ? { 'password-file': from.path } : { 'password-env': from.name };
}

function bgp(config: BgpConfig): Entries {
  const { ipv4, ipv6 } = config.nextHop;
  const hasNextHop = ipv4 !== undefined || ipv6 !== undefined;
  return withoutAbsent({
    driver: config.driver,
    bird: config.bird === undefined ? undefined : { socket: config.bird.socketPath },
    gobgp: config.gobgp,
    'next-hop': hasNextHop ? withoutAbsent({ ipv4, ipv6 }) : undefined,
    'rank-by': config.rankBy,
    'local-as': config.localAs,
    'router-id': config.routerId,
    neighbours: config.neighbours.map(neighbour),
    escalate: config.escalate,
    'stop-command': config.stopCommand,
  });
}

function neighbour({ address, as, bfd }: NeighbourConfig): Entries {
  const rendered = bfd !== undefined && {
    interval: formatDuration(bfd.intervalMs),
    multiplier: bfd.multiplier,
  };
  return withoutAbsent({ address, as, bfd: rendered });
}

function hostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function withoutAbsent(entries: Entries): Entries {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
