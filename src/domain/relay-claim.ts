// What the relay itself allows, before the roles and Redis are looked at. Silence and dead media
// demote at once, since that costs nothing: the calls move only if a standby is ready. They
// withdraw only a home whose address a peer is known to carry (docs/decisions/0014).

import type { Claim } from './claim.js';
import { whyDegraded } from './degraded.js';
import type { Evidence } from './observe.js';
import { addressOf, isCarriedBy } from './peers.js';
import { EVIDENCE_AGE_MS_MAX, MEDIA_DEAD_MS_MAX, type Policy } from './policy.js';
import type { Reason } from './reasons.js';
import type { Vip } from './route.js';
import { unwellSinceMs } from './wellness.js';

/** Undefined when the relay is well and the roles may speak. */
export function relayClaim(
  vip: Vip,
  evidence: Evidence,
  policy: Policy,
  nowMs: number,
): Claim | undefined {
  const { relay } = evidence;
  if (relay.state === 'dead') {
    return { standing: 'withdrawn', reason: 'relay-dead' };
  }
  const stale = nowMs >= relay.lookedAtMs + EVIDENCE_AGE_MS_MAX;
  if (stale || relay.state === 'unknown') {
    return { standing: 'hold', reason: relay.state === 'unknown' ? 'starting' : 'blind' };
  }
  const degraded = whyDegraded(vip, evidence);
  return (
    unwellClaim(vip, evidence, policy, nowMs) ??
    (degraded === undefined ? undefined : { standing: 'fallback', reason: degraded })
  );
}

function unwellClaim(
  vip: Vip,
  evidence: Evidence,
  policy: Policy,
  nowMs: number,
): Claim | undefined {
  const sinceMs = unwellSinceMs(evidence);
  if (sinceMs === undefined) {
    return undefined;
  }
  const address = addressOf(vip, policy);
  const carried =
    mayWithdraw(vip, evidence, nowMs) && isCarriedBy(evidence.peers, address, { sinceMs, nowMs });
  const lastsAtMs = lastsFromMs(evidence);
  return {
    standing: carried ? 'withdrawn' : 'fallback',
    reason: unwellReason(evidence),
    ...(lastsAtMs !== undefined && lastsAtMs > nowMs ? { recheckAtMs: lastsAtMs } : {}),
  };
}

function unwellReason({ relay, canary }: Evidence): Reason {
  if (relay.state !== 'silent') {
    return 'media-dead';
  }
  return canary.deadSinceMs === undefined ? 'control-silent' : 'relay-hung';
}

/** The route of a standby is no better than that of any living home: to demote it is enough. */
function mayWithdraw({ role }: Vip, evidence: Evidence, nowMs: number): boolean {
  const lastsAtMs = lastsFromMs(evidence);
  return role.kind === 'home' && lastsAtMs !== undefined && nowMs >= lastsAtMs;
}

/**
 * A relay that hangs needs no further proof; dead media that is answered for has to last, from when the
 * relay answers. Neither counts while the primary has only just come back: a Redis that goes on wakes
 * the relays of all hosts, one a moment before the other, and the first one's word is no reason for
 * the next to let go.
 */
function lastsFromMs({ relay, canary, store }: Evidence): number | undefined {
  const { deadSinceMs } = canary;
  if (deadSinceMs === undefined) {
    return undefined;
  }
  const wokenAtMs = store.primary.answersSinceMs + MEDIA_DEAD_MS_MAX;
  return relay.state === 'silent'
    ? Math.max(deadSinceMs, wokenAtMs)
    : Math.max(deadSinceMs + MEDIA_DEAD_MS_MAX, relay.stateSinceMs + MEDIA_DEAD_MS_MAX, wokenAtMs);
}
