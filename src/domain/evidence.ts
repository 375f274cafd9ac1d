// Observations: what was seen, when, by whom. Adapters make them, `step` takes them in. Every one
// carries `atMs`, the time of the look's result on the sidecar's clock (ports/clock.ts).

import type { Rank } from './rank.js';

/**
 * - `unknown`: not seen yet.
 * - `alive`: the last pings were answered.
 * - `silent`: too many pings in a row were not; the process may live.
 * - `dead`: the process is gone. Left only by an answered ping.
 */
export type RelayState = 'unknown' | 'alive' | 'silent' | 'dead';

/** Seen on the relay. */
export type RelayObservation =
  | RelayConnectionObservation
  | RelayPingObservation
  | RelaySessionsObservation
  | RelayCanaryObservation
  | ForeignCanaryObservation
  | RelayConditionObservation;

/**
 * The connection that is held open to the relay. `ended` is EOF or RST; the probe then reconnects
 * at once and reports `open` (somebody closed it), `refused` (nobody listens: the process is gone)
 * or `unclear` (neither within the deadline). `gone` says that the relay's process itself was seen to
 * have ended: no reconnect is needed for that.
 */
export interface RelayConnectionObservation {
  readonly kind: 'relay-connection';
  readonly atMs: number;
  readonly state: 'open' | 'ended' | 'gone' | 'refused' | 'unclear';
  readonly detail?: string;
}

/**
 * One ping. `refused` is ECONNREFUSED: nobody listens. `lateMs` tells by how much our own timer
 * fired late: a miss that fell into a stall of ours says nothing about the relay.
 */
export type RelayPingObservation =
  | {
      readonly kind: 'relay-ping';
      readonly atMs: number;
      readonly outcome: 'answered';
      readonly roundTripMs: number;
    }
  | {
      readonly kind: 'relay-ping';
      readonly atMs: number;
      readonly outcome: 'missed';
      readonly lateMs: number;
      readonly detail?: string;
    }
  | { readonly kind: 'relay-ping'; readonly atMs: number; readonly outcome: 'refused' };

/** The relay's own count of its sessions: set up here, taken from peers, and both together. */
export interface RelaySessionsObservation {
  readonly kind: 'relay-sessions';
  readonly atMs: number;
  readonly own: number;
  readonly foreign: number;
  readonly total: number;
}

/**
 * One packet of the canary call: sent through the VIP and this relay, and heard again or not.
 * `absent` says that no such call stands now, which says nothing of the media. `lateMs` is as with
 * pings: a miss in a stall of our own does not count.
 */
export type RelayCanaryObservation =
  | {
      readonly kind: 'relay-canary';
      readonly atMs: number;
      readonly outcome: 'heard';
      readonly roundTripMs: number;
    }
  | {
      readonly kind: 'relay-canary';
      readonly atMs: number;
      readonly outcome: 'missed';
      readonly lateMs: number;
      readonly detail?: string;
    }
  | {
      readonly kind: 'relay-canary';
      readonly atMs: number;
      readonly outcome: 'absent';
      readonly detail: string;
    };

/** Whether the local relay holds the canary call of a home that this host stands by for. */
export interface ForeignCanaryObservation {
  readonly kind: 'foreign-canary';
  readonly atMs: number;
  /** The node whose canary it is. */
  readonly of: string;
  readonly held: boolean;
}

/** What degrades a relay that forwards all the same; told when it changes and at the start. */
export interface RelayConditionObservation {
  readonly kind: 'relay-condition';
  readonly atMs: number;
  /** An address of a VIP is missing on this host; a file or the API asks for a demotion. */
  readonly condition: RelayCondition;
  readonly holds: boolean;
  /** The VIPs that it is about; all of them where it does not say. */
  readonly vips?: readonly string[];
  readonly detail: string;
}

export type RelayCondition = 'vip-missing' | 'asked';

/** Seen on Redis: looks at the two servers themselves. */
export type StoreObservation = ReplicaObservation | PrimaryObservation;

/** Told through Redis, or about what it carries. */
export type ReplicationObservation =
  BeatObservation | PeerObservation | ParityObservation | RepairObservation;

export type ReplicaObservation =
  | {
      readonly kind: 'redis-replica';
      readonly atMs: number;
      readonly outcome: 'answered';
      /** `primary` when the local Redis is no replica at all. */
      readonly link: 'up' | 'down' | 'syncing' | 'primary';
      /** Replication offset in bytes; -1 while the link is down. */
      readonly offsetBytes: number;
      /** Keys in each relay database, by database number. */
      readonly databaseSizes: Readonly<Record<number, number>>;
    }
  | {
      readonly kind: 'redis-replica';
      readonly atMs: number;
      readonly outcome: 'unanswered';
      readonly detail: string;
    };

export type PrimaryObservation =
  | {
      readonly kind: 'redis-primary';
      readonly atMs: number;
      readonly outcome: 'answered';
      readonly role: 'primary' | 'replica';
      readonly offsetBytes: number;
    }
  | {
      readonly kind: 'redis-primary';
      readonly atMs: number;
      readonly outcome: 'unanswered';
      readonly detail: string;
    };

/**
 * A beat written to the primary and seen on the local replica, timed on this clock. While one is
 * overdue, the age of the oldest that was not seen yet is told at each beat. `unsent`: the primary
 * did not take it in time.
 */
export type BeatObservation =
  | {
      readonly kind: 'redis-beat';
      readonly atMs: number;
      readonly outcome: 'seen';
      readonly roundTripMs: number;
    }
  | {
      readonly kind: 'redis-beat';
      readonly atMs: number;
      readonly outcome: 'overdue';
      readonly ageMs: number;
    }
  | {
      readonly kind: 'redis-beat';
      readonly atMs: number;
      readonly outcome: 'unsent';
      readonly detail: string;
    };

/** A word of a peer that is new: its sequence number moved. */
export interface PeerObservation {
  readonly kind: 'peer';
  readonly atMs: number;
  readonly node: string;
  readonly word: PeerWord;
  /**
   * The word was made after this time on our clock, since it answers a question that was asked
   * then. Without it the word was only seen to be new; it may be as old as the way to us is long.
   */
  readonly madeAfterMs?: number;
}

/** What a sidecar says of its own host, through Redis. */
export interface PeerWord {
  readonly sequence: number;
  readonly version: string;
  readonly relay: RelayState;
  readonly vips: readonly PeerVip[];
  readonly sessions: { readonly own: number; readonly foreign: number } | undefined;
  readonly lagMs: number | undefined;
  readonly drained: boolean;
  readonly frozen: boolean;
  /** Sessions that its relay can carry. */
  readonly capacity: number | undefined;
  /** Homes by node, this one among them, and whether its relay holds their canary call. */
  readonly canaries: Readonly<Record<string, boolean>>;
  /** VIPs by name, and how many of their Call-IDs its relay lacks. */
  readonly missing: Readonly<Record<string, number>>;
  /**
   * Its relay answers, its media is not known to be dead, and its BGP daemon is up with a session.
   * A word that leaves it out does not say that all is well.
   */
  readonly well?: boolean | undefined;
  /** How many of its own calls no standby would carry on, as far as it knows. */
  readonly atRisk?: number | undefined;
}

export interface PeerVip {
  readonly name: string;
  readonly rank: Rank;
  /** The home that it stands by for; undefined for its own VIPs. */
  readonly of?: string | undefined;
}

/**
 * A comparison by Call-ID that has finished. Calls in set-up, just ended or taken over are left
 * out already.
 */
export interface ParityObservation {
  readonly kind: 'parity';
  readonly atMs: number;
  readonly side: 'home' | 'standby';
  readonly database: number;
  readonly expected: number;
  readonly held: number;
  readonly missing: number;
  readonly extra: number;
  /** Up to five of the Call-IDs that are missing. */
  readonly samples: readonly string[];
}

/** What a round of repair did: events published, and calls that the relay holds since. */
export interface RepairObservation {
  readonly kind: 'repair';
  readonly atMs: number;
  readonly database: number;
  readonly published: number;
  readonly healed: number;
}

/** What a person ordered. An order without `untilMs` stands until it is taken back. */
export interface OperatorState {
  readonly drained: Order | undefined;
  readonly frozen: FreezeOrder | undefined;
  /** Somebody, mostly a program, knows that this relay does badly. */
  readonly degraded?: Order | undefined;
  /** When a person last released this host (undrain); lets a manual failback go on. */
  readonly releasedAtMs: number | undefined;
}

export interface Order {
  readonly by: string;
  readonly why: string;
  readonly atMs: number;
  readonly untilMs: number | undefined;
}

/** Nothing moves by itself. A dead relay is withdrawn all the same, unless `evenDead` forbids it. */
export interface FreezeOrder extends Order {
  readonly evenDead: boolean;
}

export const NOTHING_ORDERED: OperatorState = {
  drained: undefined,
  frozen: undefined,
  releasedAtMs: undefined,
};
