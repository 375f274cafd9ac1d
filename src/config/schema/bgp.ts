// The `bgp` section: the local daemon and how a rank is written into its routes.

import type { BgpConfig, NeighbourConfig } from '../config.js';
import { address, addressIpv4, addressIpv6, grpcAddress } from '../network.js';
import {
  listOf,
  mapped,
  mapping,
  mappingOr,
  notYet,
  optional,
  required,
  withDefault,
  type Reader,
} from '../readers.js';
import { choice, duration, integer, socketPath, stringAt } from '../scalars.js';
import { INVALID } from '../place.js';

const NEIGHBOURS_MAX = 32;
const AS_MAX = 4_294_967_295;
const BFD_BOUNDS = { minMs: 10, maxMs: 10_000 };
const MULTIPLIER_MAX = 255;

type Bfd = NeighbourConfig['bfd'];

/** What BIRD is rendered with when the file says nothing: a dead host is noticed in 150 ms. */
const BFD_DEFAULT: Bfd = { intervalMs: 50, multiplier: 3 };

const asNumber = integer(1, AS_MAX);

const bfd: Reader<Bfd> = mappingOr(
  mapped(
    mapping({
      interval: withDefault(duration(BFD_BOUNDS), 50),
      multiplier: withDefault(integer(1, MULTIPLIER_MAX), 3),
    }),
    ({ interval, multiplier }) => ({ intervalMs: interval, multiplier }),
  ),
  (place) =>
    place.isFalse() ? undefined : place.refuse({ expected: 'interval and multiplier, or false' }),
);

interface NeighbourRead {
  readonly address: string;
  readonly as: number | undefined;
  /** Undefined when the file says nothing; the driver then decides. */
  readonly bfd: { readonly chosen: Bfd } | undefined;
}

const neighbour: Reader<NeighbourRead> = mappingOr(
  mapping({
    address: required(address),
    as: optional(asNumber),
    bfd: optional(mapped(bfd, (chosen) => ({ chosen }))),
  }),
  mapped(address, (read) => ({ address: read, as: undefined, bfd: undefined })),
);

const nextHop: Reader<BgpConfig['nextHop']> = mappingOr(
  mapping({ ipv4: optional(addressIpv4), ipv6: optional(addressIpv6) }),
  mapped(addressIpv4, (ipv4) => ({ ipv4, ipv6: undefined })),
);

const knownDriver = choice(['bird', 'gobgp', 'dry-run']);

const driver: Reader<BgpConfig['driver']> = (place) =>
  stringAt(place) === 'frr'
    ? place.refuse({
        expected: 'one of bird, gobgp, dry-run: FRR is not in this version of Holdline yet',
      })
    : knownDriver(place);

const fields = mapping({
  driver: required(driver),
  bird: optional(
    mapped(mapping({ socket: required(socketPath) }), ({ socket }) => ({ socketPath: socket })),
  ),
  gobgp: optional(mapping({ address: required(grpcAddress) })),
  'next-hop': withDefault(nextHop, { ipv4: undefined, ipv6: undefined }),
  'rank-by': withDefault(choice(['as-path', 'med', 'local-pref']), 'as-path'),
  'local-as': required(asNumber),
  'router-id': optional(addressIpv4),
  neighbours: required(listOf(neighbour, { of: 'neighbours', max: NEIGHBOURS_MAX })),
  frr: notYet('the FRR driver'),
});

export const bgp: Reader<BgpConfig> = (place) => {
  const read = fields(place);
  if (read === INVALID) {
    return INVALID;
  }
  const { driver } = read;
  return {
    driver,
    bird: read.bird,
    gobgp: read.gobgp,
    nextHop: read['next-hop'],
    rankBy: read['rank-by'],
    localAs: read['local-as'],
    routerId: read['router-id'],
    neighbours: read.neighbours.map((each) => settleBfd(each, driver)),
  };
};

/** GoBGP as packaged has no BFD: there it is never on unless the file asks, which a rule refuses. */
function settleBfd(read: NeighbourRead, driver: BgpConfig['driver']): NeighbourConfig {
  const standard = driver === 'gobgp' ? undefined : BFD_DEFAULT;
  return {
    address: read.address,
    as: read.as,
    bfd: read.bfd === undefined ? standard : read.bfd.chosen,
  };
}
