// One way of looking at the local relay. Several probes run side by side; each reports what it saw
// and judges nothing.

import type { RelayObservation } from '../domain/evidence.js';

export interface RelayProbe {
  readonly name: string;

  /** Looks until `signal` aborts, then resolves with every socket and timer gone. Never rejects. */
  watch(listener: (observation: RelayObservation) => void, signal: AbortSignal): Promise<void>;
}
