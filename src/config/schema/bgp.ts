// The `bgp` section: the local daemon and how a rank is written into its routes.

import type { BgpConfig, EscalationStage, NeighbourConfig } from '../config.js';
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
} from '../../yaml/readers.js';
import {
  choice,
  commandLine,
  duration,
  integer,
  socketPath,
  stringAt,
} from '../../yaml/scalars.js';
import { INVALID } from '../../yaml/place.js';

const NEIGHBOURS_MAX = 32;
const AS_MAX = 4_294_967_295;
const BFD_BOUNDS = { minMs: 10, maxMs: 10_000 };
const MULTIPLIER_MAX = 255;

type Bfd = NeighbourConfig['bfd'];

/** A dead host is noticed in 150 ms. */
const BFD_DEFAULT = { intervalMs: 50, multiplier: 3 };

const asNumber = integer(1, AS_MAX);

const bfd: Reader<Bfd> = mappingOr(
  mapped(
    mapping({
      interval: withDefault(duration(BFD_BOUNDS), BFD_DEFAULT.intervalMs),
      multiplier: withDefault(integer(1, MULTIPLIER_MAX), BFD_DEFAULT.multiplier),
    }),
    ({ interval, multiplier }) => ({ intervalMs: interval, multiplier }),
  ),
  (place) =>
    place.isFalse() ? undefined : place.refuse({ expected: 'interval and multiplier, or false' }),
);

const neighbour: Reader<NeighbourConfig> = mappingOr(
  mapping({
    address: required(address),
    as: optional(asNumber),
    bfd: withDefault(bfd, BFD_DEFAULT),
  }),
  mapped(address, (read) => ({ address: read, as: undefined, bfd: BFD_DEFAULT })),
);

const nextHop: Reader<BgpConfig['nextHop']> = mappingOr(
  mapping({ ipv4: optional(addressIpv4), ipv6: optional(addressIpv6) }),
  mapped(addressIpv4, (ipv4) => ({ ipv4, ipv6: undefined })),
);

const STAGES = [
  'retry',
  'disable-neighbour',
  'stop-command',
] as const satisfies readonly EscalationStage[];

/** `stop-command` is never a default: what ends a daemon, and what else ends with it, the operator knows. */
const ESCALATE_DEFAULT: readonly EscalationStage[] = ['retry', 'disable-neighbour'];

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
  escalate: withDefault(
    listOf(choice(STAGES), { of: 'stages', max: STAGES.length }),
    ESCALATE_DEFAULT,
  ),
  'stop-command': optional(commandLine),
  frr: notYet('the FRR driver'),
});

export const bgp: Reader<BgpConfig> = (place) => {
  const read = fields(place);
  if (read === INVALID) {
    return INVALID;
  }
  return {
    driver: read.driver,
    bird: read.bird,
    gobgp: read.gobgp,
    nextHop: read['next-hop'],
    rankBy: read['rank-by'],
    localAs: read['local-as'],
    routerId: read['router-id'],
    neighbours: read.neighbours,
    escalate: read.escalate,
    stopCommand: read['stop-command'],
  };
};
