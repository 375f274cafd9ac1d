// Class "degraded": the relay answers and forwards, and yet a ready standby is to be preferred.

import type { Evidence } from './observe.js';
import type { Reason } from './reasons.js';
import type { Vip } from './route.js';

/** Undefined when nothing speaks against this host. */
export function whyDegraded(vip: Vip, { conditions, operator }: Evidence): Reason | undefined {
  const missing = conditions['vip-missing'];
  if (missing?.holds === true && (missing.vips?.includes(vip.name) ?? true)) {
    return 'vip-missing';
  }
  return operator.degraded !== undefined || conditions.asked?.holds === true
    ? 'called-degraded'
    : undefined;
}
