import type { ClosedDecision } from '../../ports/journal.js';

/** Milliseconds after the first sign, as in the status. */
export interface StagesMs {
  readonly detected: number;
  readonly decided: number;
  readonly commanded: number | null;
  readonly verified: number | null;
}

export function stagesMs(stages: ClosedDecision['stages']): StagesMs {
  const after = (atMs: number): number => Math.round((atMs - stages.observedAtMs) * 1_000) / 1_000;
  return {
    detected: after(stages.detectedAtMs),
    decided: after(stages.decidedAtMs),
    commanded: stages.commandedAtMs === null ? null : after(stages.commandedAtMs),
    verified: stages.verifiedAtMs === null ? null : after(stages.verifiedAtMs),
  };
}
