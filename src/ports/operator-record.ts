// What a person has ordered, kept so that a drain outlives a restart of the sidecar and the host.

import type { OperatorState } from '../domain/evidence.js';

export interface OperatorRecord {
  /** The record as last written, or an undrained state when there is none yet. */
  load(): Promise<OperatorState>;
  save(state: OperatorState): Promise<void>;
}
