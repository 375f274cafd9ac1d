// Does this host serve, or could it at once? What a load balancer or a deployment script asks.

import type { StatusView, VipView } from '../ports/status-view.js';
import { sayReason } from './say-reason.js';

export interface Readiness {
  readonly ready: boolean;
  /** One sentence for each thing that is in the way. */
  readonly because: readonly string[];
}

/** Of one VIP, or of all of them when none is named. */
export function readinessOf(view: StatusView, vips: readonly VipView[]): Readiness {
  const because = [...vips.flatMap(judgeVip), ...judgeBgp(view)];
  return { ready: because.length === 0, because };
}

function judgeVip({ name, rankName, reason }: VipView): readonly string[] {
  return rankName === 'home' || rankName === 'standby-ready'
    ? []
    : [`VIP ${name} is ${rankName} (${reason}): ${sayReason(reason)}`];
}

/** A host whose routes reach nobody serves nobody, however well its relay is. */
function judgeBgp({ bgp }: StatusView): readonly string[] {
  if (bgp.state !== 'up') {
    return [`The BGP daemon is ${bgp.state}.`];
  }
  const reached = bgp.sessions.some(({ state }) => state === 'established');
  return reached || bgp.sessions.length === 0 ? [] : ['No BGP session is established.'];
}
