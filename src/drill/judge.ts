// Did a run go as it must? Every "no" is a sentence.

import type { Moves } from './measure/moves.js';
import type { RunResult } from './report/result.js';
import type { Limits } from './scenarios/scenario.js';

export interface RunFacts {
  readonly limits: Limits;
  readonly stagesMs: RunResult['stagesMs'];
  readonly media: RunResult['media'];
  readonly calls: RunResult['calls'];
  readonly moves: Moves;
  readonly budget: RunResult['budget'];
  /** Programs that are down at the end and should not be. */
  readonly ended: readonly string[];
  /** For a failback: when the sessions were back, in milliseconds after the fault. */
  readonly sessionsBackMs: number | undefined;
  /** Milliseconds after the fault at which the guard found it, and the next worker watched. */
  readonly guardMs?: RunResult['guardMs'] | undefined;
  readonly damping?: RunResult['damping'];
  readonly screens?: RunResult['screens'];
  /** For a silent scenario: the router's counters before and after. */
  readonly updates: { readonly before: string; readonly after: string } | undefined;
  /** Calls in set-up at the moment of the fault, which nobody can promise to carry on. */
  readonly callsInSetUp?: number;
  /** What the scenario itself found amiss. */
  readonly faults?: readonly string[];
  /** What kept the run from being carried through, if anything did. */
  readonly trouble: string | undefined;
}

export interface Judgement {
  readonly passed: boolean;
  readonly why: string;
}

export function judge(facts: RunFacts): Judgement {
  const faults = [
    ...(facts.trouble === undefined ? [] : [facts.trouble]),
    ...judgeMoves(facts),
    ...judgeMedia(facts),
    ...judgeFirstPacket(facts),
    ...judgeBudget(facts),
    ...judgeReturn(facts),
    ...judgeGuard(facts),
    ...judgeDamping(facts),
    ...judgeRisk(facts),
    ...(facts.faults ?? []),
    ...judgeScreens(facts),
    ...facts.ended,
  ];
  const { calls, media } = facts;
  return faults.length === 0
    ? {
        passed: true,
        why: `${calls.after} of ${calls.before} calls go on, lost at most ${media.lostMax}`,
      }
    : { passed: false, why: faults.join('; ') };
}

function judgeMoves({ moves, updates }: RunFacts): readonly string[] {
  const moved = moves.falseMoves + moves.missing > 0 ? moves.said : [];
  const silent = updates === undefined || updates.before === updates.after;
  const heard = silent
    ? []
    : [`the router got updates: ${updates.before} before, ${updates.after}`];
  return [...moved, ...heard];
}

function judgeMedia({ media, calls, limits, callsInSetUp = 0 }: RunFacts): readonly string[] {
  const lost = calls.before - calls.after;
  const goOn = lost >= 0 && lost <= callsInSetUp;
  return [
    ...(goOn ? [] : [`${calls.after} of ${calls.before} calls go on`]),
    ...(media.lostMax <= limits.lost
      ? []
      : [`${sayWorst(media.worst)}, at most ${limits.lost} were expected`]),
  ];
}

/** What was said to be at risk before is right within the calls that were being set up. */
function judgeRisk({ calls, callsInSetUp = 0 }: RunFacts): readonly string[] {
  if (callsInSetUp === 0 || calls.atRiskSaid === null) {
    return [];
  }
  const lost = calls.before - calls.after;
  return Math.abs(calls.atRiskSaid - lost) <= callsInSetUp
    ? []
    : [`${calls.atRiskSaid} calls were said to be at risk, ${lost} were lost`];
}

function sayWorst(worst: RunResult['media']['worst']): string {
  if (worst === null) {
    return 'no stream lost a packet';
  }
  const { call, vip, family, lost, firstLost, sent } = worst;
  const where = `the first of them number ${firstLost + 1} of ${sent}`;
  return `${call} on VIP ${vip} (IPv${family}) lost ${lost} packets, ${where}`;
}

function judgeFirstPacket({ limits, stagesMs }: RunFacts): readonly string[] {
  const { firstPacketMs } = limits;
  const found = stagesMs.firstPacket;
  if (firstPacketMs === undefined || (found !== null && found <= firstPacketMs)) {
    return [];
  }
  const said = found === null ? 'never came' : `came after ${found} ms`;
  return [`the first packet at the peer ${said}, expected within ${firstPacketMs} ms`];
}

/** What the file computes is a promise: no run may take longer. */
function judgeBudget({ budget }: RunFacts): readonly string[] {
  if (budget === null) {
    return [];
  }
  const [promised, found] = [budget.computedMs.total, budget.measuredMs.total];
  if (found !== null && found <= promised) {
    return [];
  }
  const said = found === null ? 'was never over' : `took ${found} ms`;
  return [`"${budget.fault}" ${said}, the file computes at most ${promised} ms`];
}

function judgeReturn({ sessionsBackMs, stagesMs }: RunFacts): readonly string[] {
  const { router } = stagesMs;
  return sessionsBackMs === undefined || router === null || router >= sessionsBackMs
    ? []
    : [`the route returned after ${router} ms, before the sessions (${sessionsBackMs} ms)`];
}

function judgeGuard({ limits, guardMs }: RunFacts): readonly string[] {
  if (limits.guardMs === undefined || guardMs === undefined) {
    return [];
  }
  const { found, back } = limits.guardMs;
  return [
    ...(guardMs.found <= found
      ? []
      : [`the guard found it after ${guardMs.found} ms, expected within ${found} ms`]),
    ...(guardMs.back <= back
      ? []
      : [`the next worker watched after ${guardMs.back} ms, expected within ${back} ms`]),
  ];
}

function judgeDamping({ limits, damping }: RunFacts): readonly string[] {
  if (damping === undefined) {
    return [];
  }
  const { changesMax, penaltyMax, suppress } = damping;
  const most = limits.changes ?? Infinity;
  return [
    ...(penaltyMax < suppress
      ? []
      : [`a penalty of ${penaltyMax} at a router that damps, which mutes at ${suppress}`]),
    ...(changesMax <= most ? [] : [`${changesMax} changes of one prefix, at most ${most}`]),
  ];
}

function judgeScreens({ screens = [] }: RunFacts): readonly string[] {
  return screens
    .filter(({ ms, withinMs }) => ms > withinMs)
    .map(
      ({ relay, reason, ms, withinMs }) =>
        `${relay} said ${reason} after ${ms} ms, expected within ${withinMs} ms`,
    );
}
