import type { RelayName } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import type { Damping } from '../measure/damping.js';
import type { GuardWords } from '../measure/guard-words.js';
import type { Screen } from '../measure/screens.js';

export const SCENARIO_NAMES = [
  'relay-crash',
  'relay-hang',
  'drain',
  'undrain',
  'failback',
  'sidecar-crash',
  'worker-crash',
  'worker-hang',
  'guard-crash',
  'double-fault',
  'bgp-crash',
  'bgp-deaf',
  'bgp-deaf-stopped',
  'host-death',
  'redis-primary-death',
  'relay-flap',
  'own-stall',
  'busy-host',
  'vip-missing',
  'degrade',
  'repair',
  'notify-off',
  'standby-restart',
  'crash-in-setup',
  'primary-pause',
  'replica-pause',
  'replica-down',
  'link-cut',
  'redis-hang',
  'redis-hang-tuned',
  'primary-restart-empty',
  'full-resync',
  'sentinel-failover',
  'telephony',
  'media-dead',
  'standby-cannot-bind',
] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What a run must not exceed; what is left out is not judged. */
export interface Limits {
  /** From the fault to the first packet at the relay that takes over. */
  readonly firstPacketMs?: number;
  /** RTP packets lost by the stream that lost the most. */
  readonly lost: number;
  /** When the guard finds its worker dead or hung, and when the next one watches. */
  readonly guardMs?: { readonly found: number; readonly back: number };
  /** Changes of one prefix that the router takes. */
  readonly changes?: number;
}

/** What a scenario saw by itself, for the judge. */
export interface Notes {
  /** When the restarted relay was first seen to hold all its sessions again. */
  readonly sessionsBackAtMs?: number;
  /** What the guard of relay-a said of its worker. */
  readonly guard?: GuardWords;
  /** What a router that damps would have thought of it. */
  readonly damping?: Damping;
  /** What the sidecars' statuses had to say, and when they did. */
  readonly screens?: readonly Screen[];
}

type Act<T> = (lab: Lab, signal: AbortSignal) => Promise<T>;

/** One thing that can go wrong at relay-a, the home of VIP a, and what must follow from it. */
export interface Scenario {
  readonly name: ScenarioName;
  /** What is done and what is expected, as one sentence for `holdline drill --help`. */
  readonly summary: string;
  /** Brings the lab from its initial state to where the fault is to happen. */
  readonly prepare?: Act<void>;
  /** What the person who watches is told that happens. */
  readonly deed: string;
  /** Does the deed and returns the moment at which it happened. */
  readonly strike: (lab: Lab, signal: AbortSignal) => Promise<number> | number;
  /** What else belongs to the event, such as the restart by a service manager. */
  readonly follow?: Act<Notes>;
  /** Brings everything that the scenario broke back up; the runner waits until it is well. */
  readonly recover?: Act<void>;
  /** The relays that VIP a must move to while the calls are measured, in order; without it, none. */
  readonly moves?: readonly RelayName[];
  /** Those that VIP b must move to, in order; without it VIP b never moves. */
  readonly movesOfB?: readonly RelayName[];
  /**
   * Both relays fall silent, one a moment before the other: a VIP may go to the one that still
   * answers, and back. What must not happen is the scenario's own to say.
   */
  readonly maySwing?: true;
  /** The relays that VIP a moves to afterwards, until the initial state is back. */
  readonly returns?: readonly RelayName[];
  /** How long the moves may take before the run is given up; 15 s when it is not said. */
  readonly movesWithinMs?: number;
  /** The router may not even receive an update. */
  readonly silent?: boolean;
  readonly limits: Limits;
  /** The line of `holdline check` whose worst case bounds the move. */
  readonly budget?: string;
}
