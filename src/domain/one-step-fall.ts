// A home that is demoted and withdrawn later is two changes on the account of a router that damps
// (hold-off.ts). Where a demotion would leave no room there for the withdrawal that may follow it,
// and a peer has just answered that it would carry the calls on, the demotion is made as a
// withdrawal: the same move of the traffic, in one step.
//
// Without that answer nothing is withdrawn: no account is worth an address that nobody carries.
// Nor does a standby ever withdraw out of doubt: it may be the last one that is left.

import type { Claim } from './claim.js';
import { hasRoomFor, type HoldOff } from './hold-off.js';
import type { Evidence } from './observe.js';
import { addressOf, isReadyAt } from './peers.js';
import { PEER_ANSWER_MS_MAX, type Policy } from './policy.js';
import { rankFor, type Rank, type Standing } from './rank.js';
import { isOrdered } from './reasons.js';
import type { Vip } from './route.js';
import { unwellSinceMs } from './wellness.js';

export interface Fall {
  readonly claim: Claim;
  /** Since when a demotion has been due that waits for the word of a peer. */
  readonly dueSinceMs: number | undefined;
}

interface Falling {
  readonly vip: Vip;
  readonly rank: Rank;
  readonly holdOff: HoldOff;
  readonly dueSinceMs: number | undefined;
  readonly evidence: Evidence;
  readonly policy: Policy;
  readonly nowMs: number;
}

/** What becomes of the claim of a host that would fall out of doubt. */
export function fallFor(claim: Claim, falling: Falling): Fall {
  const { vip, rank, evidence } = falling;
  const doubted = vip.role.kind === 'home' && !isOrdered(claim.reason);
  if (doubted && claim.standing === 'fallback' && rank === rankFor(vip.role, 'serving')) {
    return demotionFor(claim, falling);
  }
  const letsGo = doubted && claim.standing === 'withdrawn' && evidence.relay.state !== 'dead';
  return letsGo && rank === rankFor(vip.role, 'fallback')
    ? { claim: lettingGoFor(claim, falling), dueSinceMs: undefined }
    : { claim, dueSinceMs: undefined };
}

/** A peer that was asked in time has answered before the limit; later its answer is not waited for. */
function demotionFor(claim: Claim, falling: Falling): Fall {
  const { policy, nowMs } = falling;
  if (!policy.hearsPeers || hasRoomTo('fallback', falling)) {
    return { claim, dueSinceMs: undefined };
  }
  if (isReadyElsewhere(falling)) {
    return { claim: { ...claim, standing: 'withdrawn' }, dueSinceMs: undefined };
  }
  const sinceMs = troubleSinceMs(falling);
  const untilMs = sinceMs + PEER_ANSWER_MS_MAX;
  return nowMs < untilMs
    ? { claim: { ...claim, standing: 'hold', recheckAtMs: untilMs }, dueSinceMs: sinceMs }
    : { claim, dueSinceMs: undefined };
}

/** A host that is demoted already, and unwell, gains nothing by a withdrawal while a peer is ready. */
function lettingGoFor(claim: Claim, falling: Falling): Claim {
  return hasRoomTo('withdrawn', falling) || !isReadyElsewhere(falling)
    ? claim
    : { ...claim, standing: 'fallback' };
}

function isReadyElsewhere(falling: Falling): boolean {
  const { vip, evidence, policy, nowMs } = falling;
  const sinceMs = troubleSinceMs(falling);
  return isReadyAt(evidence.peers, addressOf(vip, policy), { sinceMs, nowMs });
}

/** The first doubt; a host that was never in doubt is in trouble since its demotion is due. */
function troubleSinceMs({ evidence, dueSinceMs, nowMs }: Falling): number {
  return unwellSinceMs(evidence) ?? dueSinceMs ?? nowMs;
}

function hasRoomTo(standing: Standing, { vip, rank, holdOff, nowMs }: Falling): boolean {
  return hasRoomFor(holdOff, { from: rank, to: rankFor(vip.role, standing) }, nowMs);
}
