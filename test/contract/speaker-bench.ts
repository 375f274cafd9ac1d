// What a driver brings along to stand the contract suite: a way to make it, and, for a driver with
// a daemon, the daemon itself, a router that receives its routes, and an outsider who meddles.

import type { Config } from '../../src/config/config.js';
import type { Vip } from '../../src/domain/route.js';
import type { BgpSpeaker } from '../../src/ports/bgp-speaker.js';
import type { ReceivingRouter } from './receiving-router.js';

/** A driver on its own; enough for the claims that need no router. */
export interface SpeakerBench {
  /** A new driver, as a restarted sidecar would make it. The suite closes it. */
  openSpeaker(): BgpSpeaker;
  stop(): Promise<void>;
}

/** A driver with a real daemon, whose only neighbour is a real router. */
export interface RoutedBench extends SpeakerBench {
  readonly router: ReceivingRouter;
  readonly daemon: DaemonControl;
  readonly outsider: Outsider;
}

export interface DaemonControl {
  /** Starts the daemon; resolves when it takes commands. It holds none of our routes then. */
  start(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: sockets stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

/** Somebody else with access to the daemon, who does not go through the driver. */
export interface Outsider {
  /** Takes the route that we announce with this rank out of the daemon. */
  removeRoute(vip: Vip, prefix: string, rank: number): Promise<void>;
  /** Puts the route of this rank into the daemon although nobody declared it. */
  addRoute(vip: Vip, prefix: string, rank: number): Promise<void>;
  /** The operator's own way to make the daemon forget what it was told at run time. */
  reset(): Promise<void>;
  /** The operator's own way to take the session to the router down, and to let it up. */
  disableNeighbour(): Promise<void>;
  enableNeighbour(): Promise<void>;
  /** True while the daemon holds FOREIGN_PREFIX, which the bench put there. */
  holdsForeignRoute(): Promise<boolean>;
}

/** A prefix in the daemon that no VIP names. */
export const FOREIGN_PREFIX = '10.77.0.1/32';

export const SPEAKER_AS = 65101;
export const ROUTER_AS = 65000;

export const ADDRESSES = {
  speaker: { ipv4: '10.0.1.2', ipv6: '2001:db8:1::2' },
  router: { ipv4: '10.0.1.1', ipv6: '2001:db8:1::1' },
} as const;

export const HOME_VIP: Vip = {
  name: 'a',
  prefixes: ['10.99.0.1/32', '2001:db8:99::1/128'],
  role: { kind: 'home', standbys: 1 },
};

export const STANDBY_VIP: Vip = {
  name: 'b',
  prefixes: ['10.99.0.2/32'],
  role: { kind: 'standby', of: 'relay-b', order: 1, standbys: 1 },
};

export const VIPS: readonly Vip[] = [HOME_VIP, STANDBY_VIP];

/** The configuration that the daemon's file is rendered from. */
export function benchConfig(bgp: Partial<Config['bgp']>): Config {
  return {
    node: 'relay-a',
    budgetMs: 1000,
    relay: {
      kind: 'ng',
      ng: { host: '127.0.0.1', port: 2223 },
      url: undefined,
      tcp: undefined,
      command: undefined,
      holdOpen: undefined,
      cli: undefined,
      pidFile: undefined,
      ping: { intervalMs: 50, deadlineMs: 50, misses: 4 },
      canary: { enabled: true, intervalMs: 50 },
      degraded: { pingMs: undefined, errorShare: undefined, forMs: 2_000, vipMissing: true },
      degradedFile: undefined,
    },
    vips: VIPS,
    redis: undefined,
    bgp: {
      driver: 'bird',
      bird: undefined,
      gobgp: undefined,
      nextHop: ADDRESSES.speaker,
      rankBy: 'as-path',
      localAs: SPEAKER_AS,
      routerId: ADDRESSES.speaker.ipv4,
      neighbours: [{ address: ADDRESSES.router.ipv4, as: ROUTER_AS, bfd: undefined }],
      escalate: ['retry'],
      stopCommand: undefined,
      ...bgp,
    },
    failback: { mode: 'auto', settleMs: 10_000, maxHoldMs: 1_800_000 },
    status: { listen: { host: '127.0.0.1', port: 9477 } },
    control: { socketPath: '/run/holdline/control.sock' },
    state: { path: '/var/lib/holdline/state.json' },
    journal: undefined,
    log: { level: 'info' },
    onStop: 'hold',
    onDeath: 'hold',
  };
}
