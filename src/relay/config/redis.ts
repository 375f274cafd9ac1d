// `redis`: where the relay keeps its own calls and finds those of its peers.

import type { RedisServer } from '../store/connections.js';
import type { StoreOptions } from '../store/redis-session-store.js';
import { INVALID, type Invalid, type Place } from '../../yaml/place.js';
import { readAtMost } from '../../yaml/read-file.js';
import { listOf, mapping, optional, required, type Reader } from '../../yaml/readers.js';
import { absolutePath, integer, matching, text } from '../../yaml/scalars.js';

const DATABASE_MAX = 1_023;
const PEERS_MAX = 64;
const PORT_DEFAULT = 6_379;
const PASSWORD_LENGTH_MAX = 1_024;
const PASSWORD_FILE_BYTES_MAX = 65_536;

const server = text('redis://HOST:PORT', (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && isBare(url)
    ? {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port === '' ? PORT_DEFAULT : Number(url.port),
      }
    : undefined;
});

/** Login and database have keys of their own. */
function isBare({ protocol, username, password, pathname, hostname, port }: URL): boolean {
  const plain = username === '' && password === '' && (pathname === '' || pathname === '/');
  return protocol === 'redis:' && plain && hostname !== '' && port !== '0';
}

const database = integer(0, DATABASE_MAX);

const keys = mapping({
  primary: required(server),
  replica: required(server),
  database: required(database),
  peers: required(listOf(database, { of: 'database numbers', max: PEERS_MAX })),
  username: optional(matching('a user name', /./)),
  'password-file': optional(absolutePath),
});

export const redis: Reader<StoreOptions> = (place) => {
  const read = keys(place);
  if (read === INVALID) {
    return INVALID;
  }
  if (new Set([read.database, ...read.peers]).size <= read.peers.length) {
    return place.key('peers').refuse({ expected: 'other databases than the own one, each once' });
  }
  const password = readPassword(place, read['password-file']);
  if (password === INVALID) {
    return INVALID;
  }
  const login = { username: read.username, password };
  const withLogin = (address: Omit<RedisServer, keyof typeof login>): RedisServer => ({
    ...address,
    ...login,
  });
  return {
    primary: withLogin(read.primary),
    replica: withLogin(read.replica),
    database: read.database,
    peers: read.peers,
  };
};

/** The first line of the file. */
function readPassword(place: Place, file: string | undefined): string | undefined | Invalid {
  if (file === undefined) {
    return undefined;
  }
  const expected = `a file whose first line is a password of up to ${PASSWORD_LENGTH_MAX} characters`;
  try {
    const [line = ''] = readAtMost(file, PASSWORD_FILE_BYTES_MAX).split(/\r?\n/, 1);
    return line !== '' && line.length <= PASSWORD_LENGTH_MAX
      ? line
      : place.key('password-file').refuse({ expected, got: 'none' });
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    return place.key('password-file').refuse({ expected, got });
  }
}
