// What the evidence alone says that this host may claim for a VIP, before settling time and a
// person's will are looked at. Rules stand in the order of their precedence; the first one wins.

import { whyDegraded } from './degraded.js';
import type { Evidence } from './observe.js';
import {
  COUNT_WAIT_MS_MAX,
  EVIDENCE_AGE_MS_MAX,
  REPLICA_GONE_MS_MAX,
  REPLICA_RETURN_MS_MAX,
  type Policy,
} from './policy.js';
import type { Standing } from './rank.js';
import type { Reason } from './reasons.js';
import type { RelayEvidence } from './relay-evidence.js';
import type { Vip } from './route.js';
import { replicaLagMs, type StoreEvidence } from './store-evidence.js';

/** `hold` keeps whatever is announced. `recheckAtMs` is when time alone may change the claim. */
export interface Claim {
  readonly standing: Standing | 'hold';
  readonly reason: Reason;
  readonly recheckAtMs?: number;
}

export function claimFor(
  vip: Vip,
  evidence: Evidence,
  policy: Policy,
  context: { readonly standing: Standing | undefined; readonly nowMs: number },
): Claim {
  const claim = relayClaim(evidence.relay, context.nowMs);
  if (claim !== undefined) {
    return claim;
  }
  const trouble = whyDegraded(vip, evidence);
  if (trouble !== undefined) {
    return { standing: 'fallback', reason: trouble };
  }
  if (vip.role.kind === 'home') {
    return homeClaim(evidence, policy, context.standing === 'serving');
  }
  const standby = standbyClaim(evidence, policy, context.nowMs);
  // Doubt keeps a rank as it is, but no living relay away: the home may die while Redis is gone.
  return standby.standing === 'hold' && context.standing === 'withdrawn'
    ? { ...standby, standing: 'fallback' }
    : standby;
}

/** A person's order or the goodbye of the sidecar may lower a claim or hold it, never raise it. */
export function overrideClaim(claim: Claim, evidence: Evidence): Claim {
  const { drained, frozen } = evidence.operator;
  if (claim.standing === 'withdrawn') {
    return frozen?.evenDead === true ? { standing: 'hold', reason: 'frozen' } : claim;
  }
  if (evidence.stopping !== undefined) {
    const standing = evidence.stopping === 'drain' ? 'fallback' : 'withdrawn';
    return { standing, reason: 'stopping' };
  }
  if (drained !== undefined) {
    return claim.standing === 'fallback' ? claim : { standing: 'fallback', reason: 'drained' };
  }
  return frozen === undefined ? claim : { standing: 'hold', reason: 'frozen' };
}

/** Undefined when the relay is alive and the roles may speak. */
function relayClaim(relay: RelayEvidence, nowMs: number): Claim | undefined {
  if (relay.state === 'dead') {
    return { standing: 'withdrawn', reason: 'relay-dead' };
  }
  const staleAtMs = relay.lookedAtMs + EVIDENCE_AGE_MS_MAX;
  if (nowMs >= staleAtMs) {
    return { standing: 'hold', reason: relay.state === 'unknown' ? 'starting' : 'blind' };
  }
  switch (relay.state) {
    case 'unknown':
      return { standing: 'hold', reason: 'starting' };
    case 'silent':
      return { standing: 'fallback', reason: 'control-silent' };
    case 'alive':
      return undefined;
  }
}

function homeClaim(evidence: Evidence, policy: Policy, serving: boolean): Claim {
  // A home that serves is never moved for a count; only its return is held back by one.
  if (!serving && policy.replicated && policy.countsSessions && !evidence.parity.home.proven) {
    return { standing: 'fallback', reason: 'restoring' };
  }
  const unprotected = policy.replicated && isUnprotected(evidence.store);
  return { standing: 'serving', reason: unprotected ? 'unprotected' : 'serving' };
}

function standbyClaim(evidence: Evidence, policy: Policy, nowMs: number): Claim {
  if (!policy.replicated) {
    return { standing: 'serving', reason: 'standby-alive' };
  }
  return (
    replicaClaim(evidence.store, policy, nowMs) ??
    countClaim(evidence, policy, nowMs) ?? { standing: 'serving', reason: 'standby-ready' }
  );
}

/** Undefined when the local replica is up and near its primary. */
function replicaClaim(store: StoreEvidence, policy: Policy, nowMs: number): Claim | undefined {
  const { replica } = store;
  if (replica.answers === undefined) {
    return { standing: 'hold', reason: 'starting' };
  }
  if (!replica.answers) {
    const goneAtMs = replica.answersSinceMs + REPLICA_GONE_MS_MAX;
    return unreadyFrom(goneAtMs, 'replica-silent', nowMs);
  }
  if (replica.link === 'primary') {
    return { standing: 'fallback', reason: 'replica-not-replica' };
  }
  return replica.link === 'up' ? lagClaim(store, policy, nowMs) : cutOffClaim(store, nowMs);
}

/**
 * A link that is down while nobody here can reach the primary is a cause that the peers may share:
 * the rank stays. Only a link that stays down while the primary answers is this host's own fault.
 */
function cutOffClaim(store: StoreEvidence, nowMs: number): Claim {
  const { replica, primary } = store;
  if (primary.answers !== true) {
    return { standing: 'hold', reason: 'unprotected' };
  }
  const primaryReturned = primary.answersSinceMs > replica.linkSinceMs;
  const goneAtMs = primaryReturned
    ? primary.answersSinceMs + REPLICA_RETURN_MS_MAX
    : replica.linkSinceMs + REPLICA_GONE_MS_MAX;
  return unreadyFrom(goneAtMs, 'replica-link-down', nowMs);
}

function lagClaim(store: StoreEvidence, policy: Policy, nowMs: number): Claim | undefined {
  const lagMs = replicaLagMs(store, nowMs);
  return lagMs !== undefined && lagMs > policy.replicaLagMsMax
    ? { standing: 'fallback', reason: 'replica-behind' }
    : undefined;
}

/** Undefined when the relay is known to hold every session of its homes. */
function countClaim(evidence: Evidence, policy: Policy, nowMs: number): Claim | undefined {
  const { proven, missing } = evidence.parity.standby;
  if (!policy.countsSessions || proven) {
    return undefined;
  }
  if (missing !== undefined) {
    return { standing: 'fallback', reason: 'sessions-missing' };
  }
  const unknownAtMs = evidence.relay.stateSinceMs + COUNT_WAIT_MS_MAX;
  return unreadyFrom(unknownAtMs, 'sessions-unknown', nowMs);
}

function isUnprotected({ replica, primary }: StoreEvidence): boolean {
  return primary.answers === false || replica.answers === false || replica.link === 'down';
}

function unreadyFrom(atMs: number, reason: Reason, nowMs: number): Claim {
  return nowMs >= atMs
    ? { standing: 'fallback', reason }
    : { standing: 'hold', reason, recheckAtMs: atMs };
}
