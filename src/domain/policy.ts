// What the configuration asks of the decisions, and the constants that it does not.

import type { Vip } from './route.js';

/** What may follow when a withdraw that must not wait is tried again in vain (escalation.ts). */
export type Remedy = 'disable-neighbour' | 'stop-command';

export interface Policy {
  readonly vips: readonly Vip[];
  /** Pings in a row without an answer that make a relay silent. */
  readonly missesMax: number;
  /** A miss whose own timer fired later than this is our stall, not the relay's silence. */
  readonly ownLatenessMsMax: number;
  /** The relay can be counted: it tells its own and its foreign sessions. */
  readonly countsSessions: boolean;
  /** Sessions are replicated through Redis. */
  readonly replicated: boolean;
  readonly replicaLagMsMax: number;
  readonly settleMs: number;
  /** The longest that earlier falls may keep a rise back. */
  readonly maxHoldMs: number;
  readonly failback: 'auto' | 'manual';
  /** When a relay that answers counts as degraded; a limit that is undefined is not looked at. */
  readonly degraded?: {
    readonly pingMs: number | undefined;
    /** Share of the pings that fail, 0 to 1. */
    readonly errorShare: number | undefined;
    readonly forMs: number;
  };
  /** In the order in which they are tried. */
  readonly remedies: readonly Remedy[];
  readonly neighbours: readonly string[];
}

/** Without a look at the relay for so long nothing is judged (class "blind"). */
export const EVIDENCE_AGE_MS_MAX = 2_000;

/** A replica that is silent or cut off for so long is no proof of readiness ("standby unready"). */
export const REPLICA_GONE_MS_MAX = 300;

/**
 * After the primary came back a replica gets this long to find it again: it tries once a second
 * and then synchronises (FACTS: Redis replicationCron).
 */
export const REPLICA_RETURN_MS_MAX = 2_500;

/** Counts in a row that must find sessions missing before the standby is not ready. */
export const SHORT_COUNTS_MAX = 3;

/** A relay that tells no counts for so long after it came up is not proven. */
export const COUNT_WAIT_MS_MAX = 5_000;
