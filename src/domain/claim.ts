// What may be announced for a VIP, and why; and what a person's will makes of it.

import type { Evidence } from './observe.js';
import type { Standing } from './rank.js';
import type { Reason } from './reasons.js';

/** `hold` keeps whatever is announced. `recheckAtMs` is when time alone may change the claim. */
export interface Claim {
  readonly standing: Standing | 'hold';
  readonly reason: Reason;
  readonly recheckAtMs?: number;
}

/** A person's order or the goodbye of the sidecar may lower a claim or hold it, never raise it. */
export function overrideClaim(claim: Claim, evidence: Evidence): Claim {
  const { drained, frozen } = evidence.operator;
  if (claim.standing === 'withdrawn') {
    return overrideWithdrawal(claim, evidence);
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

/** A freeze lets the dead go; a relay whose process lives is moved by nothing. */
function overrideWithdrawal(claim: Claim, { operator: { frozen }, relay }: Evidence): Claim {
  const holds = frozen !== undefined && (frozen.evenDead || relay.state !== 'dead');
  return holds ? { standing: 'hold', reason: 'frozen' } : claim;
}
