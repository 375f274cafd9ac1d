// The `redis` section: where the relays keep their sessions.

import type { RedisConfig, RedisServer } from '../config.js';
import { parseNamedHostPort } from '../network.js';
import { INVALID, type Invalid, type Place } from '../place.js';
import {
  mapped,
  mapping,
  mappingOr,
  notYet,
  optional,
  required,
  withDefault,
  type Reader,
} from '../readers.js';
import { absolutePath, choice, duration, matching, stringAt } from '../scalars.js';
import type { SecretOrigin, SecretSource } from '../secrets.js';
import { database } from './vips.js';

const LAG_BOUNDS = { minMs: 1, maxMs: 60_000 };
const PARITY_BOUNDS = { minMs: 5_000, maxMs: 3_600_000 };
const PARITY_INTERVAL_MS = 30_000;
const OWN_DATABASE = 15;

export function redis(secrets: SecretSource): Reader<RedisConfig> {
  const server = redisServer(secrets);
  const fields = mapping({
    primary: required(server),
    replica: required(server),
    database: withDefault(database, OWN_DATABASE),
    'max-lag': withDefault(duration(LAG_BOUNDS), 500),
    'parity-interval': withDefault(duration(PARITY_BOUNDS), PARITY_INTERVAL_MS),
    repair: withDefault(choice(['off', 'report', 'on']), 'on'),
    sentinels: notYet('Redis Sentinel'),
    name: notYet('Redis Sentinel'),
  });
  return mapped(fields, ({ primary, replica, database, repair, ...read }) => ({
    primary,
    replica,
    database,
    maxLagMs: read['max-lag'],
    parityIntervalMs: read['parity-interval'],
    repair,
  }));
}

/** `redis://host:port`, or a mapping that also says where the password is found. */
function redisServer(secrets: SecretSource): Reader<RedisServer> {
  const fields = mapping({
    url: required(redisUrl),
    'password-file': optional(absolutePath),
    'password-env': optional(
      matching('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/),
    ),
  });
  const withPassword: Reader<RedisServer> = (place) => {
    const read = fields(place);
    if (read === INVALID) {
      return INVALID;
    }
    const { url, 'password-file': path, 'password-env': name } = read;
    if (path !== undefined && name !== undefined) {
      return place.refuse({ expected: 'password-file or password-env', got: 'both' });
    }
    if (path !== undefined) {
      return withSecret(place, url, { from: 'file', path });
    }
    return name === undefined ? url : withSecret(place, url, { from: 'environment', name });
  };
  return mappingOr(withPassword, redisUrl);

  function withSecret(place: Place, url: RedisServer, origin: SecretOrigin): RedisServer | Invalid {
    const outcome = secrets(origin);
    return 'fault' in outcome
      ? place.refuse({ expected: `a password in ${sayOrigin(origin)}`, got: outcome.fault })
      : { ...url, password: outcome.secret, passwordOrigin: origin };
  }
}

function sayOrigin(origin: SecretOrigin): string {
  return origin.from === 'file' ? origin.path : `the environment variable ${origin.name}`;
}

const URL_SHAPE = /^redis:\/\/(?:(?<username>[^:@/]{1,128})@)?(?<target>[^@/]+)$/;

const redisUrl: Reader<RedisServer> = (place) => {
  const value = stringAt(place) ?? '';
  if (/^rediss?:\/\/[^@/]*:.*@/.test(value)) {
    return place.refuse({
      expected: 'redis://[USER@]HOST:PORT without a password',
      hint: 'a password belongs into `password-file` or `password-env` beside `url`',
    });
  }
  const groups = URL_SHAPE.exec(value)?.groups;
  const target = parseNamedHostPort(groups?.['target'] ?? '');
  return target === undefined
    ? place.refuse({ expected: 'redis://[USER@]HOST:PORT' })
    : { ...target, username: groups?.['username'], password: undefined };
};
