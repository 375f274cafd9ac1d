// relay.yaml: what `holdline relay` is told. docs/relay.md has a row for every key.

import { readFileSync } from 'node:fs';

import type { Endpoint } from '../call/record.js';
import type { InterfaceOptions } from '../media/interfaces.js';
import type { StoreOptions } from '../store/redis-session-store.js';
import { familyOf } from '../sdp/address.js';
import { INVALID, Place, RelayConfigError } from './place.js';
import { redis } from './redis.js';
import {
  absolutePath,
  address,
  choice,
  duration,
  endpoint,
  integer,
  listOf,
  mapping,
  optional,
  required,
  text,
  type Reader,
} from './readers.js';

export interface RelayConfig {
  readonly control: { readonly udp: Endpoint; readonly tcp: Endpoint | undefined };
  readonly interfaces: readonly InterfaceOptions[];
  readonly ports: { readonly min: number; readonly max: number; readonly quarantineMs: number };
  readonly sessionsMax: number;
  readonly timeouts: Timeouts;
  /** Undefined for a relay without a peer. */
  readonly redis: StoreOptions | undefined;
  /** Written into the IP header of every media packet; undefined to leave it alone. */
  readonly tos: number | undefined;
  readonly pidFile: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

export interface Timeouts {
  /** No packet of a call that should have some. */
  readonly mediaMs: number;
  /** The same, of a call on hold. */
  readonly silentMs: number;
  /** Offered, never answered. */
  readonly offerMs: number;
  /** However lively a call is; 0 for no such limit. */
  readonly finalMs: number;
}

const INTERFACES_MAX = 64;
const PORT_LOWEST = 1_024;
const PORT_HIGHEST = 65_535;
const SESSIONS_MAX = 100_000;
const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;

const relayInterface = mapping({
  name: required(
    text('a name of letters, digits, - and _', (value) =>
      /^[\w-]{1,32}$/.test(value) ? value : undefined,
    ),
  ),
  addresses: required(listOf(address, 'addresses', 2)),
});

const port = integer(PORT_LOWEST, PORT_HIGHEST);

const ports = mapping({
  min: optional(port, 30_000),
  max: optional(port, 40_000),
  quarantine: optional(duration(0, DAY_MS), 30 * SECOND_MS),
});

const timeouts = mapping({
  media: optional(duration(SECOND_MS, 30 * DAY_MS), 60 * SECOND_MS),
  silent: optional(duration(SECOND_MS, 30 * DAY_MS), 3_600 * SECOND_MS),
  offer: optional(duration(SECOND_MS, 30 * DAY_MS), 3_600 * SECOND_MS),
  final: optional(duration(0, 30 * DAY_MS), 0),
});

const TOS_MAX = 252;
const TOS_STEP = 4;

/** The two lowest bits are for congestion notification and not ours to set. */
const tos: Reader<number> = (place) => {
  const value = place.scalar;
  const fits =
    typeof value === 'number' && value >= 0 && value <= TOS_MAX && value % TOS_STEP === 0;
  return fits ? value : place.refuse(`a multiple of ${TOS_STEP} from 0 to ${TOS_MAX}`);
};

const root = mapping({
  control: required(
    mapping({
      udp: required(endpoint),
      tcp: optional<Endpoint | undefined>(endpoint, undefined),
    }),
  ),
  interfaces: required(listOf(relayInterface, 'interfaces', INTERFACES_MAX)),
  ports: optional(ports, { min: 30_000, max: 40_000, quarantine: 30 * SECOND_MS }),
  'sessions-max': optional(integer(1, SESSIONS_MAX), SESSIONS_MAX),
  timeouts: optional(timeouts, {
    media: 60 * SECOND_MS,
    silent: 3_600 * SECOND_MS,
    offer: 3_600 * SECOND_MS,
    final: 0,
  }),
  redis: optional<StoreOptions | undefined>(redis, undefined),
  tos: optional<number | undefined>(tos, undefined),
  'pid-file': optional<string | undefined>(absolutePath, undefined),
  log: optional(choice(['debug', 'info', 'warn', 'error']), 'info'),
});

/** Throws RelayConfigError with every problem. */
export function loadRelayConfig(file: string): RelayConfig {
  return parseRelayConfig(readFile(file), file);
}

export function parseRelayConfig(yaml: string, file: string): RelayConfig {
  const { root: place, problems } = Place.root(yaml, file);
  const read = root(place);
  if (read !== INVALID) {
    checkTogether(read.interfaces, read.ports, place);
  }
  if (read === INVALID || problems.length > 0) {
    throw new RelayConfigError(file, problems);
  }
  return {
    control: read.control,
    interfaces: read.interfaces,
    ports: { min: read.ports.min, max: read.ports.max, quarantineMs: read.ports.quarantine },
    sessionsMax: read['sessions-max'],
    timeouts: {
      mediaMs: read.timeouts.media,
      silentMs: read.timeouts.silent,
      offerMs: read.timeouts.offer,
      finalMs: read.timeouts.final,
    },
    redis: read.redis,
    tos: read.tos,
    pidFile: read['pid-file'],
    logLevel: read.log,
  };
}

/** What no key can be judged by alone. */
function checkTogether(
  interfaces: readonly InterfaceOptions[],
  range: { readonly min: number; readonly max: number },
  place: Place,
): void {
  if (range.max - range.min < 3) {
    place.key('ports').refuse('room for two pairs of ports', `${range.min} to ${range.max}`);
  }
  refuseTwice(
    interfaces.map(({ name }) => name),
    'names',
    place,
  );
  refuseTwice(
    interfaces.flatMap(({ addresses }) => addresses),
    'addresses',
    place,
  );
  for (const { name, addresses } of interfaces) {
    if (new Set(addresses.map(familyOf)).size < addresses.length) {
      place
        .key('interfaces')
        .refuse('at most one IPv4 and one IPv6 address each', `two on ${name}`);
    }
  }
}

function refuseTwice(values: readonly string[], what: string, place: Place): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) {
    place.key('interfaces').refuse(`different ${what}`, `${twice} twice`);
  }
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new RelayConfigError(file, [{ line: 1, key: '', expected: 'a readable file', got }]);
  }
}
