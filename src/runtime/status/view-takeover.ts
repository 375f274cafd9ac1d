import type { TakeoverView } from '../../ports/status-view.js';
import type { Takeover } from '../takeover-book.js';

/** What is not known of it is null; calls are only lost for sure when both counts are known. */
export function viewTakeover(takeover: Takeover | undefined): TakeoverView | null {
  if (takeover === undefined) {
    return null;
  }
  const { vip, from, atMs, relay, callsBefore, atRiskSaid, callsHeld } = takeover;
  const known = callsBefore !== undefined && callsHeld !== undefined;
  return {
    vip,
    from,
    at: new Date(atMs).toISOString(),
    relay,
    callsBefore: callsBefore ?? null,
    atRiskSaid: atRiskSaid ?? null,
    callsHeld: callsHeld ?? null,
    callsLost: known ? Math.max(0, callsBefore - callsHeld) : null,
  };
}
