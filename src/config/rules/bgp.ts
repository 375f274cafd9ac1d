import type { BgpConfig, Config, NeighbourConfig } from '../config.js';
import { isIpv6 } from '../network.js';
import type { Path } from '../../yaml/problem.js';
import type { Violation } from './rule.js';

export function driverHasItsBlock({ bgp }: Config): readonly Violation[] {
  const path = ['bgp', bgp.driver];
  if (bgp.driver === 'bird' && bgp.bird === undefined) {
    return [{ path, expected: '{ socket: PATH }, as bgp.driver is bird', got: 'nothing' }];
  }
  if (bgp.driver === 'gobgp' && bgp.gobgp === undefined) {
    return [{ path, expected: '{ address: … }, as bgp.driver is gobgp', got: 'nothing' }];
  }
  return [];
}

/** A block for another daemon looks as if it did something. */
export function noBlockForAnotherDriver({ bgp }: Config): readonly Violation[] {
  const blocks = ['bird', 'gobgp'] as const;
  return blocks.flatMap((block) =>
    bgp[block] === undefined || bgp.driver === block || bgp.driver === 'dry-run'
      ? []
      : [
          {
            path: ['bgp', block],
            expected: `no such key, as bgp.driver is ${bgp.driver}`,
            got: 'a mapping',
          },
        ],
  );
}

/** GoBGP puts no next hop of its own into a route that is given to it. */
export function gobgpHasNextHops({ bgp, vips }: Config): readonly Violation[] {
  if (bgp.driver !== 'gobgp') {
    return [];
  }
  const prefixes = vips.flatMap((vip) => vip.prefixes);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const first = prefixes.find((prefix) => isIpv6(prefix) === (family === 'ipv6'));
    return first === undefined || bgp.nextHop[family] !== undefined
      ? []
      : [
          {
            path: ['bgp', 'next-hop', family],
            expected: `an address, as GoBGP announces ${first}`,
            got: 'nothing',
          },
        ];
  });
}

export function neighboursDiffer({ bgp }: Config): readonly Violation[] {
  const addresses = bgp.neighbours.map(({ address }) => address);
  return addresses.flatMap((address, index) =>
    addresses.indexOf(address) === index
      ? []
      : [
          {
            path: neighbourPath(index),
            expected: 'a neighbour that is not in the list yet',
            got: `${address} again`,
          },
        ],
  );
}

/** A VIP stands on several hosts at once: none of them can be told from the other by it. */
export function vipsAreNobodysOwnAddress({ bgp, vips }: Config): readonly Violation[] {
  const owners = new Map(
    vips.flatMap(({ name, prefixes }) => prefixes.map((each) => [each.split('/')[0], name])),
  );
  const uses: readonly (readonly [Path, string | undefined])[] = [
    [['bgp', 'router-id'], bgp.routerId],
    [['bgp', 'next-hop', 'ipv4'], bgp.nextHop.ipv4],
    [['bgp', 'next-hop', 'ipv6'], bgp.nextHop.ipv6],
    ...bgp.neighbours.map(({ address }, index) => [neighbourPath(index), address] as const),
  ];
  return uses.flatMap(([path, address]) => {
    const vip = owners.get(address);
    return address === undefined || vip === undefined
      ? []
      : [{ path, expected: 'an address of one host', got: `${address}, which is VIP ${vip}` }];
  });
}

/** LOCAL_PREF is not sent to another AS: every rank would arrive as the same route. */
export function localPrefStaysInsideTheAs({ bgp }: Config): readonly Violation[] {
  if (bgp.rankBy !== 'local-pref') {
    return [];
  }
  return judgeNeighbours(
    bgp,
    ({ as }) => as === bgp.localAs,
    `\`as: ${bgp.localAs}\` (bgp.local-as), as LOCAL_PREF is not sent to another AS`,
  );
}

/** A path that already holds the receiver's own AS is dropped as a loop (RFC 4271, 9.1.2). */
export function prependsLeaveTheAs({ bgp }: Config): readonly Violation[] {
  if (bgp.rankBy !== 'as-path') {
    return [];
  }
  return judgeNeighbours(
    bgp,
    ({ as }) => as !== bgp.localAs,
    'a neighbour of another AS: inside the AS a prepended path is dropped as a loop ' +
      '(rank-by local-pref works there)',
  );
}

function judgeNeighbours(
  { neighbours }: BgpConfig,
  isGood: (neighbour: NeighbourConfig) => boolean,
  expected: string,
): readonly Violation[] {
  return neighbours.flatMap((neighbour, index) =>
    isGood(neighbour)
      ? []
      : [
          {
            path: neighbourPath(index),
            expected,
            got: `${neighbour.address}${neighbour.as === undefined ? ' without `as`' : ` as ${neighbour.as}`}`,
          },
        ],
  );
}

function neighbourPath(index: number): Path {
  return ['bgp', 'neighbours', index];
}
