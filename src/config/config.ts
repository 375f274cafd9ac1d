// The configuration after validation: every duration in milliseconds, every default filled in,
// frozen. `load.ts` is the only way to one.

import type { RankBy } from '../domain/attributes.js';
import type { Remedy } from '../domain/policy.js';
import type { Vip } from '../domain/route.js';
import type { SecretOrigin } from './secrets.js';

export type RelayKind = 'rtpengine' | 'ng' | 'http' | 'tcp' | 'exec';

/** Kinds whose calls can be set up, counted and asked for. */
export function speaksNg(kind: RelayKind): boolean {
  return kind === 'rtpengine' || kind === 'ng';
}

export interface Config {
  readonly node: string;
  readonly budgetMs: number;
  readonly relay: RelayConfig;
  readonly vips: readonly Vip[];
  readonly redis: RedisConfig | undefined;
  /** What the relay can carry; undefined when nobody has said so. */
  readonly capacity?: { readonly sessions: number } | undefined;
  readonly bgp: BgpConfig;
  readonly failback: FailbackConfig;
  readonly status: { readonly listen: HostPort };
  readonly control: { readonly socketPath: string };
  /** Where a drain is remembered across restarts. */
  readonly state: { readonly path: string };
  /** Undefined when none is to be written. */
  readonly journal: JournalConfig | undefined;
  readonly log: { readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' };
  readonly onStop: 'hold' | 'drain' | 'withdraw';
  /** What the guard does with the routes when no worker can be kept alive. */
  readonly onDeath: 'hold' | 'withdraw';
}

export interface JournalConfig {
  readonly path: string;
  /** A file that would grow beyond it is put aside and a new one begun. */
  readonly fileBytesMax: number;
  /** Files that are kept, with the one that is written. */
  readonly filesMax: number;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface RelayConfig {
  readonly kind: RelayKind;
  /** rtpengine and ng: where the ng protocol is spoken over UDP. */
  readonly ng: HostPort | undefined;
  /** http: the URL whose 2xx answer is a ping. */
  readonly url: string | undefined;
  /** tcp: the port whose accepted connection is a ping. */
  readonly tcp: HostPort | undefined;
  /** exec: the command whose exit code 0 is a ping; the first item is the program. */
  readonly command: readonly string[] | undefined;
  /** The connection that is kept open; its end is the fastest sign of death. */
  readonly holdOpen: HostPort | undefined;
  /** rtpengine: its command line port, which lists the sessions by Call-ID. */
  readonly cli: HostPort | undefined;
  /** The relay's pid file: with it a death is certain before its last socket has closed. */
  readonly pidFile: string | undefined;
  readonly ping: {
    readonly intervalMs: number;
    readonly deadlineMs: number;
    readonly misses: number;
  };
  readonly canary: CanaryConfig;
  /** When an answering relay counts as degraded; a limit that is undefined is not looked at. */
  readonly degraded: {
    readonly pingMs: number | undefined;
    /** Share of the pings that fail, 0 to 1. */
    readonly errorShare: number | undefined;
    readonly forMs: number;
    /** An address of a VIP that is not on this host degrades it. */
    readonly vipMissing: boolean;
  };
  /** A file whose being there asks for this host to be demoted. */
  readonly degradedFile: string | undefined;
}

/** The call that the home's sidecar keeps on its relay to prove that media flow. */
export interface CanaryConfig {
  /** As the file says, or true where the relay speaks ng. Without a home here there is none. */
  readonly enabled: boolean;
  readonly intervalMs: number;
}

export interface RedisConfig {
  readonly primary: RedisPrimary;
  readonly replica: RedisServer;
  /** Holdline's own database; never a relay's. */
  readonly database: number;
  readonly maxLagMs: number;
  /** Between two comparisons by Call-ID while the counts agree. */
  readonly parityIntervalMs: number;
  /** Whether sessions that a standby's relay has missed are told of again on the local replica. */
  readonly repair: 'off' | 'report' | 'on';
}

/** A server with an address, or one that Sentinel names and may change. */
export type RedisPrimary = RedisServer | SentinelPrimary;

export interface SentinelPrimary {
  readonly sentinels: readonly RedisServer[];
  /** What Sentinel calls the primary. */
  readonly name: string;
  /** How to log in to whichever server is the primary. */
  readonly login: RedisLogin;
}

export interface RedisServer extends RedisLogin {
  readonly host: string;
  readonly port: number;
  /** A Unix socket; host and port mean nothing then. */
  readonly path?: string;
}

export interface RedisLogin {
  readonly username: string | undefined;
  /** Secret: from a file or the environment; never printed. */
  readonly password: string | undefined;
  /** Where the password was found: what is printed in its place. */
  readonly passwordOrigin?: SecretOrigin;
  readonly tls?: RedisTls;
}

/** TLS; without `caPath` the authorities that Node brings along are trusted. */
export interface RedisTls {
  readonly caPath?: string;
  readonly certPath?: string;
  readonly keyPath?: string;
  /** The name that the server's certificate must bear, when it is not the host's. */
  readonly serverName?: string;
}

export interface BgpConfig {
  readonly driver: 'bird' | 'gobgp' | 'dry-run';
  readonly bird: { readonly socketPath: string } | undefined;
  readonly gobgp: { readonly address: string } | undefined;
  /** GoBGP needs next hops of its own, one for each family announced. */
  readonly nextHop: { readonly ipv4: string | undefined; readonly ipv6: string | undefined };
  readonly rankBy: RankBy;
  readonly localAs: number;
  readonly routerId: string | undefined;
  readonly neighbours: readonly NeighbourConfig[];
  /** What is done, in this order, about the withdraw of a dead relay that the daemon does not carry out. */
  readonly escalate: readonly EscalationStage[];
  /** Ends the daemon; the first item is the program. */
  readonly stopCommand: readonly string[] | undefined;
}

export type EscalationStage = 'retry' | Remedy;

export interface NeighbourConfig {
  readonly address: string;
  /** AS of the neighbour; only `holdline render` needs it. */
  readonly as: number | undefined;
  /** BFD towards the neighbour as rendered, or undefined for none. */
  readonly bfd: { readonly intervalMs: number; readonly multiplier: number } | undefined;
}

export interface FailbackConfig {
  readonly mode: 'auto' | 'manual';
  readonly settleMs: number;
  /** The longest that earlier falls may keep the host back. */
  readonly maxHoldMs: number;
}
