// The `redis` section: where the relays keep their sessions.

import type { RedisConfig, RedisLogin } from '../config.js';
import {
  listOf,
  mapped,
  mapping,
  optional,
  required,
  withDefault,
  type Reader,
} from '../../yaml/readers.js';
import { choice, duration, matching } from '../../yaml/scalars.js';
import type { SecretSource } from '../secrets.js';
import { redisLogin, redisServer } from './redis-server.js';
import { database } from './vips.js';

const LAG_BOUNDS = { minMs: 1, maxMs: 60_000 };
const PARITY_BOUNDS = { minMs: 5_000, maxMs: 3_600_000 };
const PARITY_INTERVAL_MS = 30_000;
const OWN_DATABASE = 15;
/** Each is a connection, and all are asked at once when there is trouble. */
const SENTINELS_MAX = 9;

/** As Sentinel allows them. */
const primaryName = matching(
  'the name that Sentinel knows the primary by',
  /^[A-Za-z0-9._-]{1,128}$/,
);

export function redis(secrets: SecretSource): Reader<RedisConfig> {
  const server = redisServer(secrets);
  const common = {
    replica: required(server),
    database: withDefault(database, OWN_DATABASE),
    'max-lag': withDefault(duration(LAG_BOUNDS), 500),
    'parity-interval': withDefault(duration(PARITY_BOUNDS), PARITY_INTERVAL_MS),
    repair: withDefault(choice(['off', 'report', 'on']), 'on'),
  };
  const sentinels = listOf(server, { of: 'Sentinels', max: SENTINELS_MAX });
  const withAddress = mapping({
    primary: required(server),
    sentinels: optional(sentinels),
    name: optional(uselessName),
    ...common,
  });
  const withSentinel = mapping({
    primary: withDefault(loginAlone(secrets), NOBODY),
    sentinels: required(sentinels),
    name: required(primaryName),
    ...common,
  });
  const whole: Reader<Read> = (place) =>
    place.has('sentinels')
      ? mapped(withSentinel, ({ primary: login, sentinels, name, ...rest }) => ({
          ...rest,
          primary: { sentinels, name, login },
        }))(place)
      : withAddress(place);
  return mapped(whole, ({ primary, replica, database, repair, ...read }) => ({
    primary,
    replica,
    database,
    maxLagMs: read['max-lag'],
    parityIntervalMs: read['parity-interval'],
    repair,
  }));
}

interface Read extends Pick<RedisConfig, 'primary' | 'replica' | 'database' | 'repair'> {
  readonly 'max-lag': number;
  readonly 'parity-interval': number;
}

const NOBODY: RedisLogin = { username: undefined, password: undefined };

const uselessName: Reader<string> = (place) =>
  place.refuse({ expected: 'no such key without `sentinels`' });

/** Beside `sentinels`, `primary` says who we are and whom to trust, not where it is. */
function loginAlone(secrets: SecretSource): Reader<RedisLogin> {
  const login = redisLogin(secrets);
  const expected = 'no such key: Sentinel says where the primary is';
  return (place) => (place.has('url') ? place.key('url').refuse({ expected }) : login(place));
}
