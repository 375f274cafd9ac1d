// From a claim to the rank that is announced: falls at once, rises after `settle`.

import { overrideClaim, type Claim } from './claim.js';
import {
  holdsAloneUntilMs,
  holdsUntilMs,
  NO_FALLS,
  noteChange,
  type HoldOff,
  type Rise,
} from './hold-off.js';
import type { Evidence } from './observe.js';
import { addressOf, othersCarry } from './peers.js';
import { fallFor } from './one-step-fall.js';
import type { Policy } from './policy.js';
import { compareRanks, rankFor, standingOf, type Rank, type Standing } from './rank.js';
import { isDemoting, isOrdered, type Reason } from './reasons.js';
import type { Vip } from './route.js';
import { claimFor } from './vip-claim.js';
import { soundSinceMs } from './wellness.js';

export interface VipState {
  /** The rank that is to be announced; undefined until the daemon's own state was adopted. */
  readonly rank: Rank | undefined;
  readonly reason: Reason;
  /** When the rank or its reason last changed. */
  readonly sinceMs: number;
  /** Since when the evidence alone has allowed the serving rank without a break. */
  readonly fitSinceMs: number | undefined;
  /** Earlier falls, which make the next rise wait; a drain is none. */
  readonly holdOff: HoldOff;
  /** When a rise that is waiting may happen. */
  readonly risesAtMs: number | undefined;
  /** Since when a demotion waits for the word of a peer (one-step-fall.ts); seldom, and not for long. */
  readonly fallDueSinceMs: number | undefined;
  /** When time alone may change the verdict. */
  readonly recheckAtMs: number | undefined;
}

export function newVipState(nowMs: number, holdOff: HoldOff = NO_FALLS): VipState {
  return {
    rank: undefined,
    reason: 'starting',
    sinceMs: nowMs,
    fitSinceMs: undefined,
    holdOff,
    risesAtMs: undefined,
    fallDueSinceMs: undefined,
    recheckAtMs: undefined,
  };
}

/** The state of a VIP under this evidence. Without an adopted rank nothing is decided. */
export function judgeVip(
  vip: Vip,
  state: VipState,
  evidence: Evidence,
  context: { readonly policy: Policy; readonly nowMs: number },
): VipState {
  const { policy, nowMs } = context;
  const standing = state.rank === undefined ? undefined : standingOf(vip.role, state.rank);
  const serving = standing === 'serving';
  const bare = claimFor(vip, evidence, policy, { standing, nowMs });
  const fitSinceMs = followFitness(state, bare, nowMs);
  if (state.rank === undefined) {
    return fitSinceMs === state.fitSinceMs ? state : { ...state, fitSinceMs };
  }
  const released = holdForOperator(vip, bare, { state, evidence, policy, serving });
  // Written out, here and below: a spread that adds keys makes V8 build new shapes at every look.
  const { claim, dueSinceMs } = fallFor(overrideClaim(released, evidence), {
    policy,
    nowMs,
    vip,
    evidence,
    rank: state.rank,
    holdOff: state.holdOff,
    dueSinceMs: state.fallDueSinceMs,
  });
  const holdOff = wasReleased(state, evidence) ? NO_FALLS : state.holdOff;
  const verdict = settle(state.rank, {
    policy,
    nowMs,
    vip,
    evidence,
    claim,
    fitSinceMs,
    holdOff,
  });
  const changed = verdict.rank !== state.rank || verdict.reason !== state.reason;
  const judged: VipState = {
    rank: verdict.rank,
    reason: verdict.reason,
    sinceMs: changed ? nowMs : state.sinceMs,
    fitSinceMs,
    holdOff: noteMove(state.holdOff, state.rank, verdict, context),
    risesAtMs: verdict.risesAtMs,
    fallDueSinceMs: dueSinceMs,
    recheckAtMs: earliest([verdict.risesAtMs, bare.recheckAtMs, claim.recheckAtMs]),
  };
  return isSame(state, judged) ? state : judged;
}

/** Most looks change nothing; whoever follows the state sees that by its identity. */
function isSame(before: VipState, after: VipState): boolean {
  return (
    before.rank === after.rank &&
    before.reason === after.reason &&
    before.fitSinceMs === after.fitSinceMs &&
    before.holdOff === after.holdOff &&
    before.risesAtMs === after.risesAtMs &&
    before.fallDueSinceMs === after.fallDueSinceMs &&
    before.recheckAtMs === after.recheckAtMs
  );
}

/** A claim of `hold` neither proves nor disproves: the clock that runs goes on. */
function followFitness(state: VipState, claim: Claim, nowMs: number): number | undefined {
  if (claim.standing === 'hold') {
    return state.fitSinceMs;
  }
  return claim.standing === 'serving' ? (state.fitSinceMs ?? nowMs) : undefined;
}

/** Manual failback: a home that has fallen offers its demoted rank until a person releases it. */
function holdForOperator(
  vip: Vip,
  claim: Claim,
  {
    state,
    evidence,
    policy,
    serving,
  }: {
    state: VipState;
    evidence: Evidence;
    policy: Policy;
    serving: boolean;
  },
): Claim {
  const waits =
    policy.failback === 'manual' &&
    vip.role.kind === 'home' &&
    !serving &&
    claim.standing === 'serving' &&
    state.holdOff.lastFallAtMs !== undefined &&
    !wasReleased(state, evidence);
  return waits ? { standing: 'fallback', reason: 'awaiting-operator' } : claim;
}

/** A person has looked at the last fall and let the host come back. */
function wasReleased({ holdOff }: VipState, { operator }: Evidence): boolean {
  const { lastFallAtMs } = holdOff;
  return (
    operator.releasedAtMs !== undefined &&
    lastFallAtMs !== undefined &&
    operator.releasedAtMs >= lastFallAtMs
  );
}

function noteMove(
  holdOff: HoldOff,
  from: Rank,
  to: Settled,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): HoldOff {
  if (from === to.rank) {
    return holdOff;
  }
  const fall = compareRanks(to.rank, from) > 0 && !isOrdered(to.reason);
  return noteChange(holdOff, { from, to: to.rank, fall }, nowMs, policy);
}

type Settled = Pick<VipState, 'reason' | 'risesAtMs'> & { readonly rank: Rank };

interface Settling {
  readonly vip: Vip;
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly nowMs: number;
  readonly claim: Claim;
  readonly fitSinceMs: number | undefined;
  readonly holdOff: HoldOff;
}

/** A fall happens at once; a rise when it has settled and nothing holds it off. */
function settle(rank: Rank, context: Settling): Settled {
  const { standing, reason } = context.claim;
  if (standing === 'hold') {
    return { rank, reason, risesAtMs: undefined };
  }
  const target = rankFor(context.vip.role, standing);
  const rises = standing !== 'withdrawn' && compareRanks(target, rank) < 0;
  const wait = rises ? waitOf(standing, rank, context) : NO_WAIT;
  if (wait === undefined) {
    return { rank, reason, risesAtMs: undefined };
  }
  if (context.nowMs >= wait.untilMs) {
    return { rank: target, reason, risesAtMs: undefined };
  }
  // What is amiss still says more than how long its host has to wait.
  const why = isDemoting(reason) ? reason : wait.reason;
  const waiting = { rank, reason: why, risesAtMs: wait.untilMs };
  return standing === 'serving' ? standIn(waiting, context) : waiting;
}

/** A rise may happen at this time, and why not sooner. */
interface Wait {
  readonly untilMs: number;
  readonly reason: Reason;
}

const NO_WAIT: Wait = { untilMs: -Infinity, reason: 'settling' };

/**
 * A host that is away and has long to wait for its place offers its demoted rank meanwhile: that
 * takes nothing from a ready standby, and somebody has to be there if nobody else is.
 */
function standIn(waiting: Settled & { readonly risesAtMs: number }, context: Settling): Settled {
  const { vip, nowMs, policy } = context;
  const isAway = waiting.rank === 'withdrawn' && waiting.risesAtMs - nowMs > policy.settleMs;
  const wait = isAway ? waitOf('fallback', waiting.rank, context) : undefined;
  if (wait === undefined || wait.untilMs >= waiting.risesAtMs) {
    return waiting;
  }
  return nowMs >= wait.untilMs
    ? { ...waiting, rank: rankFor(vip.role, 'fallback') }
    : { ...waiting, reason: wait.reason, risesAtMs: wait.untilMs };
}

/** Undefined when it is not known since when the host could have this standing. */
function waitOf(
  standing: Exclude<Standing, 'withdrawn'>,
  from: Rank,
  context: Settling,
): Wait | undefined {
  const { vip, evidence, policy, fitSinceMs } = context;
  const sinceMs = standing === 'serving' ? fitSinceMs : soundSinceMs(evidence);
  if (sinceMs === undefined) {
    return undefined;
  }
  const rise = { from, to: rankFor(vip.role, standing) };
  const heldUntilMs = standing === 'serving' ? heldOff(rise, context) : heldBack(rise, context);
  const settledAtMs = sinceMs + policy.settleMs;
  return heldUntilMs !== undefined && heldUntilMs > settledAtMs
    ? { untilMs: heldUntilMs, reason: 'held-off' }
    : { untilMs: settledAtMs, reason: 'settling' };
}

function heldOff(rise: Rise, { holdOff, nowMs, policy }: Settling): number | undefined {
  return holdsUntilMs(holdOff, rise, nowMs, policy);
}

/** Away from an address that nobody carries, earlier falls are no reason to stay away. */
function heldBack(rise: Rise, context: Settling): number | undefined {
  const { vip, evidence, holdOff, nowMs, policy, claim } = context;
  switch (othersCarry(addressOf(vip, policy), evidence.peers, nowMs)) {
    case 'yes':
      return heldOff(rise, context);
    case 'unknown':
      // What is only to be demoted may be away for a peer's sake, who is not heard of any more.
      return isDemoting(claim.reason) ? undefined : holdsAloneUntilMs(holdOff, rise, nowMs, policy);
    case 'no':
      return undefined;
  }
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
