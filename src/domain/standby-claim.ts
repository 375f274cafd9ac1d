// Whether a standby may call itself ready: its own replica is in step, and its relay provably holds
// the sessions of the home. Every "no" has its reason. What the home may suffer as well (Redis gone
// for everybody) is no reason: the rank is held then.
//
// A trouble counts once it was seen again after its time had run out. Without that one bad look
// in front of a stall of our own would be taken for a long trouble when the stall is over.

import { beatLateSinceMs } from './beat.js';
import { comparedFor } from './call-parity.js';
import type { Claim } from './claim.js';
import type { Evidence } from './observe.js';
import { WORD_AGE_MS_MAX } from './peers.js';
import {
  CANARY_ABSENCES_MAX,
  COUNT_WAIT_MS_MAX,
  LATE_LOOKS_MAX,
  REPLICA_GONE_MS_MAX,
  REPLICA_RETURN_MS_MAX,
  type Policy,
} from './policy.js';
import type { Reason } from './reasons.js';
import type { Vip } from './route.js';
import { arrearsMs, type StoreEvidence } from './store-evidence.js';

export function standbyClaim(
  { vip, of }: { readonly vip: Vip; readonly of: string },
  evidence: Evidence,
  policy: Policy,
  nowMs: number,
): Claim {
  if (!policy.replicated) {
    return { standing: 'serving', reason: 'standby-alive' };
  }
  return (
    replicaClaim(evidence, policy) ??
    canaryClaim(of, evidence, nowMs) ??
    sessionsClaim(vip, evidence, policy) ?? { standing: 'serving', reason: 'standby-ready' }
  );
}

/** Undefined when the local replica is up and near its primary. */
function replicaClaim(evidence: Evidence, policy: Policy): Claim | undefined {
  const { store } = evidence;
  const { replica } = store;
  if (replica.answers === undefined) {
    return { standing: 'hold', reason: 'starting' };
  }
  if (!replica.answers) {
    const goneAtMs = replica.answersSinceMs + REPLICA_GONE_MS_MAX;
    return unreadyFrom(goneAtMs, 'replica-silent', replica.lookedAtMs);
  }
  if (replica.link === 'primary') {
    return { standing: 'fallback', reason: 'replica-not-replica' };
  }
  return replica.link === 'up' ? lagClaim(evidence, policy) : cutOffClaim(store);
}

/**
 * A link that is down while nobody here can reach the primary is a cause that the peers may share:
 * the rank stays. Only a link that stays down while the primary was seen to answer is this host's
 * own fault.
 */
function cutOffClaim({ replica, primary }: StoreEvidence): Claim {
  if (primary.answers !== true) {
    return { standing: 'hold', reason: 'unprotected' };
  }
  const primaryReturned = primary.answersSinceMs > replica.linkSinceMs;
  const goneAtMs = primaryReturned
    ? primary.answersSinceMs + REPLICA_RETURN_MS_MAX
    : replica.linkSinceMs + REPLICA_GONE_MS_MAX;
  const primaryLives = primary.lookedAtMs > replica.linkSinceMs;
  return unreadyFrom(goneAtMs, 'replica-link-down', primaryLives ? replica.lookedAtMs : -Infinity);
}

/** By the beat where there is one, and then only if the primary itself was seen to be well since. */
function lagClaim({ store, beat }: Evidence, policy: Policy): Claim | undefined {
  const behind: Claim = { standing: 'fallback', reason: 'replica-behind' };
  if (beat.state === 'unknown') {
    const { arrears } = store;
    const late = arrears !== undefined && arrearsMs(arrears) > policy.replicaLagMsMax;
    return late && arrears.looksInARow >= LATE_LOOKS_MAX ? behind : undefined;
  }
  const lateSinceMs = beatLateSinceMs(beat);
  if (lateSinceMs === undefined || store.primary.answers !== true) {
    return undefined;
  }
  // Beats that were told while the link was down are late when it is up again, whatever the cause.
  const { linkSinceMs } = store.replica;
  const sinceLinkMs = beat.lookedAtMs - linkSinceMs;
  return store.primary.lookedAtMs >= lateSinceMs && sinceLinkMs > policy.replicaLagMsMax
    ? behind
    : { standing: 'hold', reason: 'replica-behind' };
}

/** Undefined when the local relay holds the home's canary call, or the home has none. */
function canaryClaim(of: string, evidence: Evidence, nowMs: number): Claim | undefined {
  const held = evidence.canary.foreign[of];
  const home = evidence.peers[of];
  if (held === undefined || home === undefined || held.absencesInARow < CANARY_ABSENCES_MAX) {
    return undefined;
  }
  // A home that has gone quiet may have ended its canary: what was known of it stands.
  const fresh = nowMs - home.heardAtMs <= WORD_AGE_MS_MAX;
  const stands = home.word.canaries[of] === true;
  if (!stands && fresh) {
    return undefined;
  }
  return { standing: fresh ? 'fallback' : 'hold', reason: 'canary-absent' };
}

/**
 * Undefined when the relay is known to hold every session of its homes. Call-IDs are the truth
 * where they were compared; counts are faster, and stand until the next comparison.
 */
function sessionsClaim(vip: Vip, evidence: Evidence, policy: Policy): Claim | undefined {
  const { parity, relay } = evidence;
  const compared = comparedFor(vip, 'standby', evidence);
  if (compared !== undefined && compared.missing > 0) {
    return { standing: 'fallback', reason: 'sessions-missing' };
  }
  const { proven, missing, shortSinceMs } = parity.standby;
  const explained = compared !== undefined && compared.atMs >= (shortSinceMs ?? Infinity);
  if (!policy.countsSessions || proven || explained) {
    return undefined;
  }
  if (missing !== undefined) {
    return { standing: 'fallback', reason: 'sessions-missing' };
  }
  // A count that came waits for the next look at the databases.
  const unknownAtMs = (relay.uncountedSinceMs ?? Infinity) + COUNT_WAIT_MS_MAX;
  return unreadyFrom(unknownAtMs, 'sessions-unknown', relay.lookedAtMs);
}

function unreadyFrom(atMs: number, reason: Reason, lookedAtMs: number): Claim {
  return { standing: lookedAtMs >= atMs ? 'fallback' : 'hold', reason };
}
