// What the evidence alone says that this host may claim for a VIP, before settling time and a
// person's will are looked at. Rules stand in the order of their precedence; the first one wins.

import { isBeatStuck } from './beat.js';
import { comparedFor } from './call-parity.js';
import type { Claim } from './claim.js';
import type { Evidence } from './observe.js';
import { addressOf, isReady, rankOf, sayingsOf } from './peers.js';
import type { Policy } from './policy.js';
import type { Standing } from './rank.js';
import type { Reason } from './reasons.js';
import { relayClaim } from './relay-claim.js';
import type { Vip } from './route.js';
import { standbyClaim } from './standby-claim.js';

export function claimFor(
  vip: Vip,
  evidence: Evidence,
  policy: Policy,
  context: { readonly standing: Standing | undefined; readonly nowMs: number },
): Claim {
  const { standing, nowMs } = context;
  const claim = relayClaim(vip, evidence, policy, nowMs);
  if (claim !== undefined) {
    return claim;
  }
  const { role } = vip;
  if (role.kind === 'home') {
    return homeClaim(vip, evidence, policy, { serving: standing === 'serving', nowMs });
  }
  const standby = standbyClaim({ vip, of: role.of }, evidence, policy, nowMs);
  // Doubt keeps a rank as it is, but no living relay away: the home may die while Redis is gone.
  return standby.standing === 'hold' && standing === 'withdrawn'
    ? { ...standby, standing: 'fallback' }
    : standby;
}

function homeClaim(
  vip: Vip,
  evidence: Evidence,
  policy: Policy,
  { serving, nowMs }: { readonly serving: boolean; readonly nowMs: number },
): Claim {
  // A home that serves is never moved for a count; only its return is held back by one.
  if (!serving && policy.replicated && policy.countsSessions && !isRestored(vip, evidence)) {
    return { standing: 'fallback', reason: 'restoring' };
  }
  return { standing: 'serving', reason: servingReason(vip, evidence, policy, nowMs) };
}

/** By count, or by Call-ID: a standby that took calls over owns them, and the count stays short. */
function isRestored(vip: Vip, evidence: Evidence): boolean {
  return evidence.parity.home.proven || comparedFor(vip, 'home', evidence)?.missing === 0;
}

function servingReason(vip: Vip, evidence: Evidence, policy: Policy, nowMs: number): Reason {
  if (policy.replicated && isUnprotected(evidence)) {
    return 'unprotected';
  }
  const { peers } = evidence;
  const address = addressOf(vip, policy);
  const known = Object.entries(peers).some(
    ([node, { word }]) => rankOf(address, node, word) !== undefined,
  );
  const ready = sayingsOf(address, peers, nowMs).some((saying) => isReady(saying, address));
  return known && !ready ? 'standbys-unready' : 'serving';
}

function isUnprotected({ store: { replica, primary }, beat }: Evidence): boolean {
  return (
    primary.answers === false ||
    replica.answers === false ||
    replica.link === 'down' ||
    isBeatStuck(beat)
  );
}
