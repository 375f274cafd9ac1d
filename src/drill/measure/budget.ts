// What the relay's own file promises for a fault, beside what was measured.

import { DrillError } from '../errors.js';
import type { ComputedLine } from '../lab/computed-budget.js';
import type { BudgetResult, StagesMs } from '../report/result.js';

import { rounded } from './statistics.js';

/** A fault that no sidecar is left to tell of is over when the router has changed its route. */
export const HOST_DEAD = 'host dead';

export function compareBudget(
  lines: readonly ComputedLine[],
  fault: string,
  stages: StagesMs,
): BudgetResult {
  const line = lines.find((each) => each.fault === fault);
  if (line === undefined) {
    const known = lines.map((each) => each.fault).join(', ');
    throw new DrillError('reply-unexpected', `the budget has no line "${fault}", only ${known}`);
  }
  const { detectMs, decideMs, actMs, verifyMs, totalMs } = line;
  return {
    fault,
    computedMs: {
      detect: detectMs,
      decide: decideMs,
      act: actMs,
      verify: verifyMs,
      total: totalMs,
    },
    measuredMs: fault === HOST_DEAD ? byTheRouter(stages) : byTheSidecar(stages),
  };
}

function byTheSidecar(stages: StagesMs): BudgetResult['measuredMs'] {
  return {
    detect: stages.detected,
    decide: between(stages.detected, stages.decided),
    act: between(stages.decided, stages.commanded),
    verify: between(stages.commanded, stages.verified),
    total: stages.verified,
  };
}

function byTheRouter({ router }: StagesMs): BudgetResult['measuredMs'] {
  return { detect: router, decide: null, act: null, verify: null, total: router };
}

function between(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : rounded(to - from);
}
