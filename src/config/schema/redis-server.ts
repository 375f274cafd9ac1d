// One Redis server, or how to log in to one that Sentinel will name: `redis://host:port`, or a
// mapping that also says who we are and whom to trust.

import type { RedisLogin, RedisServer, RedisTls } from '../config.js';
import { parseNamedHostPort } from '../network.js';
import { INVALID, type Invalid, type Place } from '../../yaml/place.js';
import { mapped, mapping, mappingOr, optional, required, type Reader } from '../../yaml/readers.js';
import { absolutePath, isSocketPath, matching, stringAt, text } from '../../yaml/scalars.js';
import type { SecretOrigin, SecretSource } from '../secrets.js';

const USER = matching('the name of a Redis user', /^[^\s:@/]{1,128}$/);
const VARIABLE = matching('the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/);
const HOST_NAME = text('the name in the certificate of the server', (value) =>
  /^[A-Za-z0-9.:_-]{1,253}$/.test(value) ? value : undefined,
);

export function redisServer(secrets: SecretSource): Reader<RedisServer> {
  const login = loginFields();
  const fields = mapping({ url: required(redisUrl), ...login });
  const withLogin: Reader<RedisServer> = (place) => {
    const read = fields(place);
    if (read === INVALID) {
      return INVALID;
    }
    const found = readLogin(place, read, secrets);
    return found === INVALID ? INVALID : merge(place, read.url, found);
  };
  return mappingOr(withLogin, redisUrl);
}

/** Of a server whose address is not the file's to say. */
export function redisLogin(secrets: SecretSource): Reader<RedisLogin> {
  const fields = mapping(loginFields());
  return (place) => {
    const read = fields(place);
    return read === INVALID ? INVALID : readLogin(place, read, secrets);
  };
}

function loginFields() {
  return {
    user: optional(USER),
    'password-file': optional(absolutePath),
    'password-env': optional(VARIABLE),
    tls: optional(tls),
  };
}

const tls: Reader<RedisTls> = (place) => {
  const read = tlsFields(place);
  if (read === INVALID) {
    return INVALID;
  }
  const { certPath, keyPath } = read;
  return (certPath === undefined) === (keyPath === undefined)
    ? read
    : place.refuse({ expected: 'cert and key, or neither', got: 'one of them' });
};

const tlsFields = mapped(
  mapping({
    ca: optional(absolutePath),
    cert: optional(absolutePath),
    key: optional(absolutePath),
    'server-name': optional(HOST_NAME),
  }),
  ({ ca, cert, key, 'server-name': serverName }): RedisTls => ({
    ...(ca === undefined ? {} : { caPath: ca }),
    ...(cert === undefined ? {} : { certPath: cert }),
    ...(key === undefined ? {} : { keyPath: key }),
    ...(serverName === undefined ? {} : { serverName }),
  }),
);

interface LoginEntry {
  readonly user: string | undefined;
  readonly 'password-file': string | undefined;
  readonly 'password-env': string | undefined;
  readonly tls: RedisTls | undefined;
}

function readLogin(place: Place, entry: LoginEntry, secrets: SecretSource): RedisLogin | Invalid {
  const { user, 'password-file': path, 'password-env': name, tls } = entry;
  if (path !== undefined && name !== undefined) {
    return place.refuse({ expected: 'password-file or password-env', got: 'both' });
  }
  const login = { username: user, password: undefined, ...(tls === undefined ? {} : { tls }) };
  const origin = originOf(path, name);
  if (origin === undefined) {
    return login;
  }
  const outcome = secrets(origin);
  return 'fault' in outcome
    ? place.refuse({ expected: `a password in ${sayOrigin(origin)}`, got: outcome.fault })
    : { ...login, password: outcome.secret, passwordOrigin: origin };
}

function originOf(path: string | undefined, name: string | undefined): SecretOrigin | undefined {
  if (path !== undefined) {
    return { from: 'file', path };
  }
  return name === undefined ? undefined : { from: 'environment', name };
}

function sayOrigin(origin: SecretOrigin): string {
  return origin.from === 'file' ? origin.path : `the environment variable ${origin.name}`;
}

/** What the URL says and what stands beside it must not contradict each other. */
function merge(place: Place, url: RedisServer, login: RedisLogin): RedisServer | Invalid {
  if (url.username !== undefined && login.username !== undefined) {
    return place.refuse({ expected: '`user` or a user in `url`', got: 'both' });
  }
  if (login.tls !== undefined && url.tls === undefined) {
    return place
      .key('tls')
      .refuse({ expected: 'no such key, as `url` is not rediss://', got: 'a mapping' });
  }
  return { ...url, ...login, username: login.username ?? url.username };
}

const URL_SHAPE = /^redis(?<tls>s?):\/\/(?:(?<username>[^:@/]{1,128})@)?(?<target>[^@/]+)$/;
const UNIX = 'unix://';
const EXPECTED = 'redis://[USER@]HOST:PORT, rediss:// for TLS, or unix:///PATH';

const redisUrl: Reader<RedisServer> = (place) => {
  const value = stringAt(place) ?? '';
  if (/^rediss?:\/\/[^@/]*:.*@/.test(value)) {
    return place.refuse({
      expected: 'redis://[USER@]HOST:PORT without a password',
      hint: 'a password belongs into `password-file` or `password-env` beside `url`',
    });
  }
  return parseUrl(value) ?? place.refuse({ expected: EXPECTED });
};

function parseUrl(value: string): RedisServer | undefined {
  return value.startsWith(UNIX) ? socketAt(value.slice(UNIX.length)) : hostOf(value);
}

function socketAt(path: string): RedisServer | undefined {
  const named = { host: path, port: 0, path, username: undefined, password: undefined };
  return isSocketPath(path) ? named : undefined;
}

function hostOf(value: string): RedisServer | undefined {
  const { target = '', username, tls } = URL_SHAPE.exec(value)?.groups ?? {};
  const found = parseNamedHostPort(target);
  return found && { ...found, username, password: undefined, ...(tls === 's' ? { tls: {} } : {}) };
}
