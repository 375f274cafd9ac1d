// Does this host serve, or could it at once? What a load balancer or a deployment script asks.

import type { StatusView, VipView } from '../ports/status-view.js';
import { sayReason } from './text/say-reason.js';

export interface Readiness {
  readonly ready: boolean;
  /** One sentence for each thing that is in the way. */
  readonly because: readonly string[];
}

/** Of one VIP, or of all of them when none is named; and of the calls, when a limit is given. */
export function readinessOf(
  view: StatusView,
  vips: readonly VipView[],
  atRiskMax?: number,
): Readiness {
  const because = [
    ...vips.flatMap(judgeVip),
    ...bgpTrouble(view),
    ...(atRiskMax === undefined ? [] : judgeRisk(view, atRiskMax)),
  ];
  return { ready: because.length === 0, because };
}

function judgeVip({ name, rankName, reason }: VipView): readonly string[] {
  return rankName === 'home' || rankName === 'standby-ready'
    ? []
    : [`VIP ${name} is ${rankName} (${reason}): ${sayReason(reason)}`];
}

/** A host whose routes reach nobody serves nobody, however well its relay is. */
export function bgpTrouble({ bgp }: StatusView): readonly string[] {
  if (bgp.state !== 'up') {
    return [
      bgp.state === 'unknown'
        ? 'Nothing is known of the BGP daemon yet.'
        : 'The BGP daemon is unreachable.',
    ];
  }
  const reached = bgp.sessions.some(({ state }) => state === 'established');
  return reached || bgp.sessions.length === 0 ? [] : ['No BGP session is established.'];
}

/** What is not known is no "none". */
function judgeRisk(
  { atRisk: { calls, because } }: StatusView,
  atRiskMax: number,
): readonly string[] {
  const why = because === null ? '' : `: ${because}`;
  if (calls === null) {
    return [`It is not known how many calls are at risk${why}.`];
  }
  return calls <= atRiskMax
    ? []
    : [`${calls} calls are at risk, at most ${atRiskMax} may be${why}.`];
}
