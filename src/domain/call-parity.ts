// The comparisons by Call-ID, and what was repaired after them.

import type { ParityObservation, RepairObservation } from './evidence.js';

/** The latest of each, by the number of the database. */
export interface CallParityEvidence {
  readonly compared: Readonly<Record<number, ParityObservation>>;
  readonly repaired: Readonly<Record<number, RepairObservation>>;
}

export const NO_CALL_PARITY: CallParityEvidence = { compared: {}, repaired: {} };

export function foldCallParity(
  evidence: CallParityEvidence,
  seen: ParityObservation | RepairObservation,
): CallParityEvidence {
  return seen.kind === 'parity'
    ? { ...evidence, compared: { ...evidence.compared, [seen.database]: seen } }
    : { ...evidence, repaired: { ...evidence.repaired, [seen.database]: seen } };
}
