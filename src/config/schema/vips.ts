// The `vips` section: the relay addresses and this host's part in each.

import type { Role } from '../../domain/rank.js';
import type { Vip } from '../../domain/route.js';
import { hostPrefix } from '../network.js';
import { INVALID, type Invalid, type Place } from '../../yaml/place.js';
import {
  listOf,
  mapped,
  mapping,
  optional,
  required,
  withDefault,
  type Reader,
} from '../../yaml/readers.js';
import { choice, integer, matching } from '../../yaml/scalars.js';

/** As many as one host can sensibly stand in for; each has protocols and filters of its own. */
const VIPS_MAX = 64;
const PREFIXES_MAX = 16;
/** The last standby's path is prepended 2n + 1 times; longer paths are cut by some networks. */
const STANDBYS_MAX = 8;
const DATABASE_MAX = 1023;

/** Part of names in the BGP daemon (`holdline_<vip>_r<rank>`). */
const vipName = matching(
  'a name of at most 20 of a-z, 0-9 and _ that starts with a letter',
  /^[a-z][a-z0-9_]{0,19}$/,
);

const NODE_NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62})$/;
export const nodeName = matching('a host name of at most 63 characters', NODE_NAME);

export const database = integer(0, DATABASE_MAX);

const fields = mapping({
  name: required(vipName),
  prefixes: required(listOf(hostPrefix, { of: 'host routes', max: PREFIXES_MAX })),
  role: required(choice(['home', 'standby'])),
  of: optional(nodeName),
  order: optional(integer(1, STANDBYS_MAX)),
  standbys: withDefault(integer(1, STANDBYS_MAX), 1),
  database: optional(database),
});

const vip: Reader<Vip> = (place) => {
  const read = fields(place);
  if (read === INVALID) {
    return INVALID;
  }
  const role = read.role === 'home' ? readHome(place, read) : readStandby(place, read);
  const { name, prefixes, database } = read;
  return role === INVALID
    ? INVALID
    : { name, prefixes, role, ...(database === undefined ? {} : { database }) };
};

interface Part {
  readonly of: string | undefined;
  readonly order: number | undefined;
  readonly standbys: number;
}

function readHome(place: Place, { of, order, standbys }: Part): Role | Invalid {
  const stray = of !== undefined ? 'of' : order !== undefined ? 'order' : undefined;
  return stray === undefined
    ? { kind: 'home', standbys }
    : place.key(stray).refuse({ expected: 'no such key, as the role is home' });
}

function readStandby(place: Place, { of, order = 1, standbys }: Part): Role | Invalid {
  if (of === undefined) {
    return place.key('of').refuse({ expected: 'the node that is home, as the role is standby' });
  }
  const expected = `at most ${standbys}, the number of \`standbys\``;
  return order <= standbys
    ? { kind: 'standby', of, order, standbys }
    : place.key('order').refuse({ expected });
}

export const vips = mapped(
  listOf(vip, { of: 'VIPs', max: VIPS_MAX }),
  (read): readonly Vip[] => read,
);
