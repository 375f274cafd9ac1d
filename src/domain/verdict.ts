// From a claim to the rank that is announced: falls at once, rises after `settle`.

import { claimFor, overrideClaim, type Claim, type Evidence } from './claim.js';
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
  /** When the evidence last took the serving rank away from a home; a drain does not count. */
  readonly fellAtMs: number | undefined;
  /** When a rise that is waiting may happen. */
  readonly risesAtMs: number | undefined;
  /** When time alone may change the verdict. */
  readonly recheckAtMs: number | undefined;
}

export function newVipState(nowMs: number): VipState {
  return {
    rank: undefined,
    reason: 'starting',
    sinceMs: nowMs,
    fitSinceMs: undefined,
    fellAtMs: undefined,
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
  const bare = claimFor(vip, evidence, policy, { serving, nowMs });
  const fitSinceMs = followFitness(state, bare, nowMs);
  if (state.rank === undefined) {
    return { ...state, fitSinceMs, recheckAtMs: staleAtMs(evidence, nowMs) };
  }
  const released = holdForOperator(vip, bare, { state, evidence, policy, serving });
  const claim = overrideClaim(released, evidence);
  const sinceMs = claim.standing === 'serving' ? fitSinceMs : aliveSinceMs(evidence);
  const verdict = settle(vip, claim, state.rank, { ...context, sinceMs });
  const fell = serving && bare.standing !== 'serving' && bare.standing !== 'hold';
  const changed = verdict.rank !== state.rank || verdict.reason !== state.reason;
  return {
    ...state,
    fitSinceMs,
    ...verdict,
    sinceMs: changed ? nowMs : state.sinceMs,
    fellAtMs: fell ? nowMs : state.fellAtMs,
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
  const released = evidence.operator.releasedAtMs ?? Number.NEGATIVE_INFINITY;
  const waits =
    policy.failback === 'manual' &&
    vip.role.kind === 'home' &&
    !serving &&
    claim.standing === 'serving' &&
    state.fellAtMs !== undefined &&
    released < state.fellAtMs;
  return waits ? { standing: 'fallback', reason: 'awaiting-operator' } : claim;
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
  },
): Settled {
  const { policy, nowMs, sinceMs } = context;
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
  const risesAtMs = sinceMs + policy.settleMs;
  return nowMs >= risesAtMs
    ? { rank: target, reason: claim.reason, risesAtMs: undefined }
    : { rank, reason: 'settling', risesAtMs };
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
