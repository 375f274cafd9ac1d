// The one place where connections to Redis are made: whoever needs one asks here and gets TLS, login
// and a primary that moves (Sentinel) without knowing of them.
//
//     const client = clients.primary({ db: redis.database });   // or clients.replica()
//     client.on('ready', ...); client.on('close', ...);
//     client.connect().catch(() => undefined);                  // failed attempts are repeated
//     ...
//     client.disconnect();
//
// A client is an ioredis `Redis` that does no more than it is asked: it reconnects, and that is all.
// Commands given while there is no connection are rejected at once (wait for `ready`), none is sent
// twice, and none has a deadline: give each one its own, with a patient timer (src/async/). ioredis's
// own timers cannot tell a silent server from a stall of this process.
//
// When Sentinel names another primary, every client of the primary is cut and connects to the new
// one: what is seen is a `close` and a `ready`, as after a restart of the server.

import { Redis, type RedisOptions } from 'ioredis';

import { startPatientTimer } from '../../async/patient-timer.js';
import type { RedisConfig, RedisServer } from '../../config/config.js';
import { connectorTo, type Whereabouts } from './connector.js';

const CONNECT_DEADLINE_MS = 500;
/** From the connection to the login's answer. */
const LOGIN_DEADLINE_MS = 500;
const RECONNECT_MS = 100;

/** What a client may have of its own; where it leads and who it is are the configuration's. */
export type ClientOptions = Pick<
  RedisOptions,
  'db' | 'protocol' | 'autoResubscribe' | 'retryStrategy'
>;

export class RedisClients {
  readonly #redis: Pick<RedisConfig, 'primary' | 'replica'>;

  constructor(redis: Pick<RedisConfig, 'primary' | 'replica'>) {
    this.#redis = redis;
  }

  /** A client of the primary, wherever that is; not connected yet. */
  primary(options: ClientOptions = {}): Redis {
    const { primary } = this.#redis;
    return createClient(primary, () => primary, options);
  }

  /** A client of the local replica; not connected yet. */
  replica(options: ClientOptions = {}): Redis {
    const { replica } = this.#redis;
    return createClient(replica, () => replica, options);
  }
}

type Login = Pick<RedisServer, 'username' | 'password' | 'tls'>;

function createClient(
  { username, password, tls }: Login,
  where: Whereabouts,
  options: ClientOptions,
): Redis {
  const client = new Redis({
    lazyConnect: true,
    protocol: 2,
    connectTimeout: CONNECT_DEADLINE_MS,
    retryStrategy: () => RECONNECT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    ...options,
    Connector: connectorTo(where),
    ...(password === undefined ? {} : { password }),
    ...(username === undefined ? {} : { username }),
    // ioredis only asks whether there is to be TLS; the connector has the rest.
    ...(tls === undefined ? {} : { tls: {} }),
  });
  client.on('error', (error) => refuseOtherDatabases(client, error));
  limitLogin(client);
  return client;
}

/**
 * ioredis goes on when its SELECT is refused, and would write into database 0: a relay's, perhaps.
 */
function refuseOtherDatabases(client: Redis, error: unknown): void {
  const command: unknown = error instanceof Error && 'command' in error ? error.command : undefined;
  const refused = typeof command === 'object' && command !== null && 'name' in command;
  if (refused && command.name === 'select') {
    client.stream.destroy();
  }
}

/** A server that takes connections and then hangs would otherwise be waited for without end. */
function limitLogin(client: Redis): void {
  client.on('connect', () => {
    const { stream } = client;
    const stopTimer = startPatientTimer(LOGIN_DEADLINE_MS, () =>
      stream.destroy(new Error(`no answer to the login within ${LOGIN_DEADLINE_MS} ms`)),
    );
    client.once('ready', stopTimer);
    stream.once('close', () => {
      stopTimer();
      client.off('ready', stopTimer);
    });
  });
}
