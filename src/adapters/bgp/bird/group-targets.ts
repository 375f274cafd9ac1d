// From ranks for prefixes to ranks for groups. BIRD switches a group as a whole, so a declaration
// that would tear one apart is refused instead of moving prefixes that it does not list.

import type { Rank } from '../../../domain/rank.js';
import type { DesiredRoute } from '../../../domain/route.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import type { RouteGroup } from './route-group.js';

export interface GroupTarget {
  readonly group: RouteGroup;
  readonly rank: Rank;
}

export function groupTargets(
  groups: readonly RouteGroup[],
  desired: readonly DesiredRoute[],
): readonly GroupTarget[] {
  for (const { vip, prefix } of desired) {
    if (!groups.some((group) => contains(group, vip, prefix))) {
      throw refusal(`VIP ${vip} with prefix ${prefix} is not in the configuration`);
    }
  }
  return groups.flatMap((group) => {
    const routes = desired.filter(({ vip, prefix }) => contains(group, vip, prefix));
    return routes.length === 0 ? [] : [{ group, rank: commonRank(group, routes) }];
  });
}

function commonRank(group: RouteGroup, routes: readonly DesiredRoute[]): Rank {
  const ranks = new Set(routes.map(({ rank }) => rank));
  const [rank = 'withdrawn'] = ranks;
  const listed = new Set(routes.map(({ prefix }) => prefix));
  if (ranks.size !== 1 || listed.size !== group.prefixes.length) {
    throw refusal(
      `the ${group.family} prefixes ${group.prefixes.join(', ')} of VIP ${group.vip.name} ` +
        `move together in BIRD, expected one rank for all of them`,
    );
  }
  if (rank !== 'withdrawn' && !group.ranks.includes(rank)) {
    throw refusal(
      `VIP ${group.vip.name} announces rank ${group.ranks.join(' or ')} here, got ${rank}`,
    );
  }
  return rank;
}

function contains(group: RouteGroup, vip: string, prefix: string): boolean {
  return group.vip.name === vip && group.prefixes.includes(prefix);
}

function refusal(message: string): SpeakerError {
  return new SpeakerError('daemon-refused', message, { disposition: 'fatal' });
}
