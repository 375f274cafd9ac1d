// One way of looking at the local relay. Several probes run side by side; each reports what it saw
// and judges nothing.

import type { RelayObservation } from '../domain/evidence.js';

export interface RelayProbe {
  readonly name: string;

  /** Looks until `signal` aborts, then resolves with every socket and timer gone. Never rejects. */
  watch(listener: (observation: RelayObservation) => void, signal: AbortSignal): Promise<void>;

  /**
   * Takes away what it keeps in the relay, once its watch has ended: for a planned stop, not for a
   * restart. Bounded by limits of its own; may reject.
   */
  depart?(signal: AbortSignal): Promise<void>;
}
