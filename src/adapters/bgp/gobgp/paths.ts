// A path of GoBGP: made from a rank, and read for what matters to us.

import ipaddr from 'ipaddr.js';

import type { RankAttributes } from '../../../domain/attributes.js';
import { familyOf, type FamilyName } from './family.js';
import { pack, unpack } from './interface.js';
import {
  AFI_IP,
  AFI_IP6,
  AS_SEQUENCE,
  SAFI_UNICAST,
  type Family,
  type Packed,
  type Path,
  type PathToSend,
} from './messages.js';

export const FAMILIES: Readonly<Record<FamilyName, Family>> = {
  ipv4: { afi: AFI_IP, safi: SAFI_UNICAST },
  ipv6: { afi: AFI_IP6, safi: SAFI_UNICAST },
};

const ORIGIN_IGP = 0;

export interface Announcement {
  readonly prefix: string;
  readonly attributes: RankAttributes;
  readonly localAs: number;
  readonly nextHop: string;
}

/** GoBGP replaces a path of the same prefix by this one in a single UPDATE. */
export function announcement({ prefix, attributes, localAs, nextHop }: Announcement): PathToSend {
  const { prepends, med, localPref, communities } = attributes;
  const pattrs: Packed[] = [
    pack('OriginAttribute', { origin: ORIGIN_IGP }),
    // For both families: GoBGP turns an IPv6 next hop into MP_REACH_NLRI itself.
    pack('NextHopAttribute', { nextHop }),
  ];
  if (prepends > 0) {
    const numbers = Array.from({ length: prepends }, () => localAs);
    pattrs.push(pack('AsPathAttribute', { segments: [{ type: AS_SEQUENCE, numbers }] }));
  }
  if (med !== undefined) {
    pattrs.push(pack('MultiExitDiscAttribute', { med }));
  }
  if (localPref !== undefined) {
    pattrs.push(pack('LocalPrefAttribute', { localPref }));
  }
  if (communities.length > 0) {
    pattrs.push(pack('CommunitiesAttribute', { communities: communities.map(communityNumber) }));
  }
  return { ...bare(prefix), pattrs, isWithdraw: false };
}

/** Without `isWithdraw` GoBGP would refuse a deletion that names no next hop. */
export function withdrawal(prefix: string): PathToSend {
  return { ...bare(prefix), pattrs: [], isWithdraw: true };
}

/** What a path says; `nextHop` is empty when it says none. */
export interface PathFacts {
  /** Injected through the API or the configuration, not learned from a neighbour. */
  readonly local: boolean;
  /** A local path with a source of its own is not deleted by our DeletePath. */
  readonly deletable: boolean;
  readonly asPath: readonly number[];
  readonly med: number | undefined;
  readonly localPref: number | undefined;
  readonly communities: readonly string[];
  readonly nextHop: string;
}

export function readPath(path: Path): PathFacts {
  const { pattrs } = path;
  const segments = find('AsPathAttribute', pattrs)?.segments ?? [];
  const communities = find('CommunitiesAttribute', pattrs)?.communities ?? [];
  return {
    local: isAbsent(path.neighborIp),
    deletable: isAbsent(path.sourceId),
    asPath: segments.flatMap(({ numbers }) => numbers),
    med: find('MultiExitDiscAttribute', pattrs)?.med,
    localPref: find('LocalPrefAttribute', pattrs)?.localPref,
    communities: communities.map(communityText),
    nextHop: nextHopOf(pattrs),
  };
}

function nextHopOf(pattrs: readonly Packed[]): string {
  const reach = find('MpReachNLRIAttribute', pattrs);
  return find('NextHopAttribute', pattrs)?.nextHop ?? reach?.nextHops[0] ?? '';
}

/**
 * The prefix of a path in our canonical form, or undefined when it is no IP prefix: the events tell
 * of everything that any neighbour sends to the daemon.
 */
export function prefixOf(path: Path): string | undefined {
  const nlri = unpack('IPAddressPrefix', path.nlri);
  const prefix = `${nlri?.prefix ?? ''}/${nlri?.prefixLen ?? ''}`;
  return ipaddr.isValidCIDR(prefix) ? canonicalPrefix(prefix) : undefined;
}

export function canonicalPrefix(prefix: string): string {
  const [address, length] = ipaddr.parseCIDR(prefix);
  return `${canonicalAddress(address)}/${length}`;
}

export function sameAddress(left: string, right: string): boolean {
  return (
    ipaddr.isValid(left) &&
    ipaddr.isValid(right) &&
    canonicalAddress(ipaddr.parse(left)) === canonicalAddress(ipaddr.parse(right))
  );
}

function canonicalAddress(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function bare(prefix: string): Pick<PathToSend, 'nlri' | 'family'> {
  const [address = '', length = ''] = prefix.split('/');
  return {
    nlri: pack('IPAddressPrefix', { prefix: address, prefixLen: Number(length) }),
    family: FAMILIES[familyOf(prefix)],
  };
}

function find<Name extends Parameters<typeof unpack>[0]>(
  name: Name,
  pattrs: readonly Packed[],
): ReturnType<typeof unpack<Name>> {
  for (const packed of pattrs) {
    const found = unpack(name, packed);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** GoBGP prints an address that it does not have as Go prints a nil. */
function isAbsent(address: string): boolean {
  return address === '' || address === '<nil>';
}

function communityNumber(text: string): number {
  const [high = '', low = ''] = text.split(':');
  return Number(high) * 65_536 + Number(low);
}

function communityText(value: number): string {
  return `${Math.floor(value / 65_536)}:${value % 65_536}`;
}
