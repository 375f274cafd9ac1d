// The prefixes of one VIP and one address family move together: BIRD holds them in one `protocol
// static` for each rank, since a static protocol has one family and is switched as a whole.

import { announceableRanks } from '../../../domain/rank.js';
import type { Vip } from '../../../domain/route.js';

export type Family = 'ipv4' | 'ipv6';

export interface RouteGroup {
  readonly vip: Vip;
  readonly family: Family;
  readonly prefixes: readonly string[];
  /** Best first. */
  readonly ranks: readonly number[];
}

/** Every protocol that Holdline switches begins with this. */
const PROTOCOL_PREFIX = 'holdline_';

const VIP_NAME = /^[a-z0-9_]{1,40}$/;

export function groupsOf(vips: readonly Vip[]): readonly RouteGroup[] {
  return vips.flatMap((vip) =>
    (['ipv4', 'ipv6'] as const)
      .map((family) => ({
        vip,
        family,
        prefixes: vip.prefixes.filter((prefix) => familyOf(prefix) === family),
        ranks: announceableRanks(vip.role),
      }))
      .filter(({ prefixes }) => prefixes.length > 0),
  );
}

/** The name of the `protocol static` that announces the group with this rank. */
export function protocolName(group: RouteGroup, rank: number): string {
  const { name } = group.vip;
  if (!VIP_NAME.test(name)) {
    throw new TypeError(`\`${name}\` cannot be part of a BIRD protocol name`);
  }
  return `${PROTOCOL_PREFIX}${name}_r${rank}${group.family === 'ipv6' ? '_v6' : ''}`;
}

export function familyOf(prefix: string): Family {
  return prefix.includes(':') ? 'ipv6' : 'ipv4';
}
