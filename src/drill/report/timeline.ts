// One run, told as it happened.

import type { Scenario } from '../scenarios/scenario.js';

import type { BudgetResult, BudgetStagesMs, RunResult } from './result.js';

export function timeline(
  result: RunResult,
  scenario: Pick<Scenario, 'deed' | 'moves'>,
): readonly string[] {
  const { stagesMs, media, calls } = result;
  const taker = scenario.moves?.[0] ?? 'another relay';
  const moments: readonly (readonly [number | null, string])[] = [
    [0, `fault: ${scenario.deed}`],
    [result.guardMs?.found ?? null, 'the guard has found its worker dead or hung'],
    [result.guardMs?.back ?? null, 'the next worker watches'],
    ...(result.screens ?? []).map(
      ({ ms, relay, vip, reason, rank }) =>
        [ms, `the status of ${relay} says ${reason} of VIP ${vip} at rank ${rank}`] as const,
    ),
    [stagesMs.detected, 'the sidecar of relay-a detects it'],
    [stagesMs.decided, 'it has decided'],
    [stagesMs.commanded, 'its BGP daemon has taken the command'],
    [stagesMs.router, `the router sends VIP a to ${taker}`],
    [stagesMs.firstPacket, `first packet at ${taker}`],
    [stagesMs.verified, 'read back: every neighbour has been sent it'],
  ];
  const seen = moments
    .filter((moment): moment is readonly [number, string] => moment[0] !== null)
    .sort(([left], [right]) => left - right);
  return [
    '',
    `${result.scenario} with ${result.bgp}, run ${result.run}, fault at ${result.faultAt}`,
    ...seen.map(([ms, what]) => `  ${ms.toFixed(1).padStart(9)} ms  ${what}`),
    ...sayBudget(result.budget),
    ...sayDamping(result.damping),
    ...(result.said ?? []).map((sentence) => `  ${sentence}`),
    `  the calls: ${calls.after} of ${calls.before} go on; ${media.streams} streams lost ` +
      `${media.lost} packets, the worst ${media.lostMax}`,
    `  the longest silence: ${media.gapMs.max.toFixed(1)} ms (20 ms is none); ` +
      `of the probe, a packet each ms: ${media.probe.gapMs.toFixed(1)} ms, ${media.probe.lost} lost`,
    `  the callers themselves were late by ${media.callersLateMs.toFixed(1)} ms at most`,
    `  ${result.passed ? 'passed' : 'FAILED'}: ${result.why}`,
  ];
}

function sayBudget(budget: RunResult['budget']): readonly string[] {
  if (budget === null) {
    return [];
  }
  const { fault, computedMs, measuredMs }: BudgetResult = budget;
  return [
    `  "${fault}" may take ${sayStages(computedMs)}`,
    `  and was measured to take ${sayStages(measuredMs)}`,
  ];
}

function sayDamping(damping: RunResult['damping']): readonly string[] {
  if (damping === undefined) {
    return [];
  }
  const { updates, changesMax, penaltyMax, suppress, elsewhere } = damping;
  return [
    `  the router took ${updates} updates from relay-a, ${changesMax} of one prefix at most; ` +
      `from relay-b it took ${elsewhere.updates}`,
    `  one that damps (RFC 2439) would have come to a penalty of ${penaltyMax}, and mutes at ${suppress}`,
  ];
}

function sayStages(ms: BudgetStagesMs<number | null>): string {
  const [detect, decide, act, verify, total] = [
    ms.detect,
    ms.decide,
    ms.act,
    ms.verify,
    ms.total,
  ].map((each) => (each === null ? '-' : `${each} ms`));
  return `${total}: detect ${detect}, decide ${decide}, act ${act}, verify ${verify}`;
}
