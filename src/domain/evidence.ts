// Observations: what was seen, when, by whom. Adapters make them, `step` takes them in. Every one
// carries `atMs`, the time of the look's result on the sidecar's clock (ports/clock.ts).

/** Seen on the relay. */
export type RelayObservation =
  RelayConnectionObservation | RelayPingObservation | RelaySessionsObservation;

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

/** Seen on Redis. */
export type StoreObservation = ReplicaObservation | PrimaryObservation;

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

/** What a person ordered. An order without `untilMs` stands until it is taken back. */
export interface OperatorState {
  readonly drained: Order | undefined;
  readonly frozen: FreezeOrder | undefined;
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
