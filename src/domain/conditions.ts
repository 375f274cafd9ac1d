// What degrades a relay that forwards all the same, as it was last told.

import type { RelayCondition, RelayConditionObservation } from './evidence.js';

export type ConditionsEvidence = Readonly<
  Partial<Record<RelayCondition, RelayConditionObservation>>
>;

export const NO_CONDITIONS: ConditionsEvidence = {};

export function foldConditions(
  evidence: ConditionsEvidence,
  seen: RelayConditionObservation,
): ConditionsEvidence {
  return { ...evidence, [seen.condition]: seen };
}
