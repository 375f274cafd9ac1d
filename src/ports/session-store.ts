// Redis, where the relays keep their sessions. Read only: a relay's database is never written.

import type { StoreObservation } from '../domain/evidence.js';

export interface SessionStore {
  /**
   * Looks at the primary and at the local replica, each on a connection of its own and every
   * command under its deadline, until `signal` aborts. Never rejects.
   */
  watch(listener: (observation: StoreObservation) => void, signal: AbortSignal): Promise<void>;
}
