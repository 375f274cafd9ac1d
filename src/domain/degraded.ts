// Class "degraded": the relay answers and forwards, and yet a ready standby is to be preferred.

import type { Evidence } from './observe.js';
import type { Reason } from './reasons.js';
import type { RelayEvidence } from './relay-evidence.js';
import type { Vip } from './route.js';

/** Undefined when nothing speaks against this host. */
export function whyDegraded(
  vip: Vip,
  { conditions, operator, relay }: Evidence,
): Reason | undefined {
  const missing = conditions['vip-missing'];
  if (missing?.holds === true && (missing.vips?.includes(vip.name) ?? true)) {
    return 'vip-missing';
  }
  return operator.degraded !== undefined || conditions.asked?.holds === true
    ? 'called-degraded'
    : whyStrained(relay);
}

function whyStrained({ lossy, slow }: RelayEvidence): Reason | undefined {
  if (lossy.full) {
    return 'pings-lost';
  }
  return slow.full ? 'pings-slow' : undefined;
}
