// relay.yaml: what `holdline relay` is told. docs/relay.md has a row for every key.

import type { Endpoint } from '../call/record.js';
import type { InterfaceOptions } from '../media/interfaces.js';
import type { StoreOptions } from '../store/redis-session-store.js';
import { familyOf } from '../sdp/address.js';
import { readDocument } from '../../yaml/document.js';
import { INVALID, Place } from '../../yaml/place.js';
import { ConfigError, type Problem } from '../../yaml/problem.js';
import { readConfigFile } from '../../yaml/read-file.js';
import { listOf, mapping, optional, required, section, withDefault } from '../../yaml/readers.js';
import { absolutePath, choice, duration, integer, matching } from '../../yaml/scalars.js';
import { address, endpoint } from './endpoints.js';
import { redis } from './redis.js';
import { tos } from './tos.js';

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
  name: required(matching('a name of letters, digits, - and _', /^[\w-]{1,32}$/)),
  addresses: required(listOf(address, { of: 'addresses', max: 2 })),
});

const port = integer(PORT_LOWEST, PORT_HIGHEST);

const ports = mapping({
  min: withDefault(port, 30_000),
  max: withDefault(port, 40_000),
  quarantine: withDefault(duration({ minMs: 0, maxMs: DAY_MS }), 30 * SECOND_MS),
});

const timeout = duration({ minMs: SECOND_MS, maxMs: 30 * DAY_MS });

const timeouts = mapping({
  media: withDefault(timeout, 60 * SECOND_MS),
  silent: withDefault(timeout, 3_600 * SECOND_MS),
  offer: withDefault(timeout, 3_600 * SECOND_MS),
  final: withDefault(duration({ minMs: 0, maxMs: 30 * DAY_MS }), 0),
});

const root = mapping({
  control: required(mapping({ udp: required(endpoint), tcp: optional(endpoint) })),
  interfaces: required(listOf(relayInterface, { of: 'interfaces', max: INTERFACES_MAX })),
  ports: section(ports),
  'sessions-max': withDefault(integer(1, SESSIONS_MAX), SESSIONS_MAX),
  timeouts: section(timeouts),
  redis: optional(redis),
  tos: optional(tos),
  'pid-file': optional(absolutePath),
  log: withDefault(choice(['debug', 'info', 'warn', 'error']), 'info'),
});

/** Throws ConfigError with every problem. */
export function loadRelayConfig(file: string): RelayConfig {
  return parseRelayConfig(readConfigFile(file), file);
}

export function parseRelayConfig(yaml: string, file: string): RelayConfig {
  const problems: Problem[] = [];
  const place = Place.root(readDocument(yaml, file), problems);
  const read = root(place);
  if (read !== INVALID) {
    checkTogether(read.interfaces, read.ports, place);
  }
  if (read === INVALID || problems.length > 0) {
    throw new ConfigError('config-invalid', file, problems);
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
    place
      .key('ports')
      .refuse({ expected: 'room for two pairs of ports', got: `${range.min} to ${range.max}` });
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
        .refuse({ expected: 'at most one IPv4 and one IPv6 address each', got: `two on ${name}` });
    }
  }
}

function refuseTwice(values: readonly string[], what: string, place: Place): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) {
    place.key('interfaces').refuse({ expected: `different ${what}`, got: `${twice} twice` });
  }
}
