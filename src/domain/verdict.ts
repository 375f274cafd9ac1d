// From a claim to the rank that is announced: falls at once, rises after `settle`.

import { claimFor, overrideClaim, type Claim } from './claim.js';
import { holdsUntilMs, NO_FALLS, noteChange, type HoldOff } from './hold-off.js';
import type { Evidence } from './observe.js';
import { EVIDENCE_AGE_MS_MAX, type Policy } from './policy.js';
import { compareRanks, rankFor, standingOf, type Rank } from './rank.js';
import type { Reason } from './reasons.js';
import type { Vip } from './route.js';

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
    return { ...state, fitSinceMs, recheckAtMs: staleAtMs(evidence, nowMs) };
  }
  const released = holdForOperator(vip, bare, { state, evidence, policy, serving });
  const claim = overrideClaim(released, evidence);
  const sinceMs = claim.standing === 'serving' ? fitSinceMs : aliveSinceMs(evidence);
  const holdOff = wasReleased(state, evidence) ? NO_FALLS : state.holdOff;
  const verdict = settle(vip, claim, state.rank, { ...context, sinceMs, holdOff });
  const changed = verdict.rank !== state.rank || verdict.reason !== state.reason;
  return {
    ...state,
    fitSinceMs,
    ...verdict,
    sinceMs: changed ? nowMs : state.sinceMs,
    holdOff: noteMove(state.holdOff, state.rank, verdict, context),
    recheckAtMs: earliest([verdict.risesAtMs, bare.recheckAtMs, staleAtMs(evidence, nowMs)]),
  };
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
  const ordered = to.reason === 'drained' || to.reason === 'stopping';
  const fall = compareRanks(to.rank, from) > 0 && !ordered;
  return noteChange(holdOff, { from, to: to.rank, fall }, nowMs, policy);
}

type Settled = Pick<VipState, 'reason' | 'risesAtMs'> & { readonly rank: Rank };

/** `sinceMs` is since when the claim has been justified; without it nothing rises. */
function settle(
  vip: Vip,
  claim: Claim,
  rank: Rank,
  context: {
    readonly policy: Policy;
    readonly nowMs: number;
    readonly sinceMs: number | undefined;
    readonly holdOff: HoldOff;
  },
): Settled {
  const { policy, nowMs, sinceMs, holdOff } = context;
  if (claim.standing === 'hold') {
    return { rank, reason: claim.reason, risesAtMs: undefined };
  }
  const target = rankFor(vip.role, claim.standing);
  if (compareRanks(target, rank) >= 0) {
    return { rank: target, reason: claim.reason, risesAtMs: undefined };
  }
  if (sinceMs === undefined) {
    return { rank, reason: claim.reason, risesAtMs: undefined };
  }
  const settledAtMs = sinceMs + policy.settleMs;
  const heldUntilMs = holdsUntilMs(holdOff, { from: rank, to: target }, nowMs, policy);
  if (heldUntilMs !== undefined && heldUntilMs > settledAtMs) {
    return { rank, reason: 'held-off', risesAtMs: heldUntilMs };
  }
  return nowMs >= settledAtMs
    ? { rank: target, reason: claim.reason, risesAtMs: undefined }
    : { rank, reason: 'settling', risesAtMs: settledAtMs };
}

function aliveSinceMs({ relay }: Evidence): number | undefined {
  return relay.state === 'alive' ? relay.stateSinceMs : undefined;
}

/** When the look at the relay will have grown too old; undefined when it already has. */
function staleAtMs(evidence: Evidence, nowMs: number): number | undefined {
  const atMs = evidence.relay.lookedAtMs + EVIDENCE_AGE_MS_MAX;
  return atMs > nowMs ? atMs : undefined;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
