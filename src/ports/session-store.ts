// Redis, where the relays keep their sessions. Read only: a relay's database is never written.

import type { StoreObservation } from '../domain/evidence.js';

export interface SessionStore {
  /**
   * Looks at the primary and at the local replica, each on a connection of its own and every
   * command under its deadline, until `signal` aborts. Never rejects.
   */
  watch(listener: (observation: StoreObservation) => void, signal: AbortSignal): Promise<void>;
}

/** Where Redis is looked for and what keeps it from answering, for a person's eyes only. */
export interface StoreView {
  readonly primary: ServerView;
  readonly replica: ServerView;
  /** Empty where no Sentinel is configured. */
  readonly sentinels: readonly SentinelView[];
}

export interface ServerView {
  /** Null while no Sentinel has named the primary. */
  readonly at: string | null;
  /** What was wrong with the last look, or null when it was answered. */
  readonly trouble: string | null;
}

export interface SentinelView {
  readonly at: string;
  /** Where it says that the primary is. */
  readonly says: string | null;
  readonly trouble: string | null;
}

export interface StoreWitness {
  view(): StoreView;
}
