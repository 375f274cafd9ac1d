// What the configuration asks of the decisions, and the constants that it does not.

import type { Vip } from './route.js';

/** What may follow when a withdraw that must not wait is tried again in vain (escalation.ts). */
export type Remedy = 'disable-neighbour' | 'stop-command';

export interface Policy {
  /** The name of this host, by which its peers know it. */
  readonly node: string;
  readonly vips: readonly Vip[];
  /** Pings in a row without an answer that make a relay silent. */
  readonly missesMax: number;
  /** A miss whose own timer fired later than this is our stall, not the relay's silence. */
  readonly ownLatenessMsMax: number;
  /** Packets of the canary call in a row that were not heard again and make the media dead. */
  readonly canaryMissesMax: number;
  readonly degraded: DegradedPolicy;
  /** The relay can be counted: it tells its own and its foreign sessions. */
  readonly countsSessions: boolean;
  /** Sessions are replicated through Redis. */
  readonly replicated: boolean;
  readonly replicaLagMsMax: number;
  /** The sidecars tell each other through Redis how they are. */
  readonly hearsPeers: boolean;
  /** Sessions that the relay can carry; undefined when nobody has said so. */
  readonly capacity: number | undefined;
  readonly settleMs: number;
  /** The longest that earlier falls may keep a rise back. */
  readonly maxHoldMs: number;
  readonly failback: 'auto' | 'manual';
  /** In the order in which they are tried. */
  readonly remedies: readonly Remedy[];
  readonly neighbours: readonly string[];
}

/** When a relay that answers counts as degraded; a limit that is undefined is not looked at. */
export interface DegradedPolicy {
  /** Pings that take longer are slow. */
  readonly pingMs: number | undefined;
  /** Share of the pings that may fail, 0 to 1. */
  readonly errorShare: number | undefined;
  /** Either has to go on for so long, and then to be over for as long. */
  readonly forMs: number;
}

/**
 * From the second miss in a row on this host no longer tells its peers that it is well, and asks
 * them how they are: should it have to let go, their answers are there.
 */
export const DOUBT_MISSES = 2;

/**
 * A peer that is asked answers within this, or counts as one that does not. The question goes out
 * with the first doubt and is repeated ten times a second.
 */
export const PEER_ANSWER_MS_MAX = 100;

/** Dead media of a relay that answers its pings has to last so long before a home lets go. */
export const MEDIA_DEAD_MS_MAX = 1_000;

/** Looks in a row at the local relay that do not find a home's canary call. */
export const CANARY_ABSENCES_MAX = 3;

/** Beats in a row that are late, of those that come ten times a second while anything is amiss. */
export const LATE_BEATS_MAX = 2;

/** Looks in a row at a replica that has yet to reach where its primary was. */
export const LATE_LOOKS_MAX = 2;

/** A beat that has been on its way for so long says that new sessions are not replicated. */
export const BEAT_OVERDUE_MS_MAX = 300;

/**
 * A relay that comes back while it is not known whether anybody carries its address waits no longer
 * than this, doubled with each fall, for what a damping router may think.
 */
export const LONE_HOLD_MS = 60_000;

/** Without a look at the relay for so long nothing is judged (class "blind"). */
export const EVIDENCE_AGE_MS_MAX = 2_000;

/**
 * A replica that is silent or cut off for so long, and is seen to be so again, is no proof of readiness
 * ("standby unready").
 */
export const REPLICA_GONE_MS_MAX = 100;

/**
 * After the primary came back a replica gets this long to find it again: it tries once a second
 * and then synchronises (FACTS: Redis replicationCron).
 */
export const REPLICA_RETURN_MS_MAX = 2_500;

/** Counts in a row that must find sessions missing before the standby is not ready. */
export const SHORT_COUNTS_MAX = 3;

/** A relay that tells no counts for so long after it came up is not proven. */
export const COUNT_WAIT_MS_MAX = 5_000;
