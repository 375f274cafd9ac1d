// What outlives a restart of the sidecar and the host: a person's orders, and what the core
// remembers beside them.

import type { OperatorState } from '../domain/evidence.js';
import type { Memory } from '../domain/memory.js';

export interface OperatorRecord {
  /** The orders as last written, or an undrained state when there are none yet. */
  load(): Promise<OperatorState>;
  save(state: OperatorState): Promise<void>;
  /** Never rejects: a memory that cannot be read, or from the future, is none. */
  recall(): Promise<Memory>;
  remember(memory: Memory): Promise<void>;
}
