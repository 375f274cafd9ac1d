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
// Subscribe at every `ready`: ioredis's own resubscribing is off, since nobody would catch its
// refusal. An answer to SUBSCRIBE that is no list ends the process (ioredis throws it in a later
// turn), so subscribe at the local replica only.
//
// When Sentinel names another primary, every client of the primary is cut and connects to the new
// one: what is seen is a `close` and a `ready`, as after a restart of the server.

import { Redis, type RedisOptions } from 'ioredis';

import { startPatientTimer } from '../../async/patient-timer.js';
import { refuseUnaskedReplies } from '../../async/unasked-replies.js';
import type { RedisConfig, RedisLogin, RedisServer, SentinelPrimary } from '../../config/config.js';
import type { SentinelView } from '../../ports/session-store.js';
import { connectorTo, type Whereabouts } from './connector.js';
import { PrimaryFinder } from './primary-finder.js';
import { sayAddress } from './say-address.js';
import { SentinelLink } from './sentinel-link.js';

const CONNECT_DEADLINE_MS = 500;
/** From the connection to the login's answer. */
const LOGIN_DEADLINE_MS = 500;
const RECONNECT_MS = 100;
const SENTINEL_RECONNECT_MS = 1_000;

/** What a client may have of its own; where it leads and who it is are the configuration's. */
export type ClientOptions = Pick<
  RedisOptions,
  'db' | 'protocol' | 'autoResubscribe' | 'retryStrategy'
>;

export class RedisClients {
  readonly #redis: Pick<RedisConfig, 'primary' | 'replica'>;
  readonly #ofPrimary = new Set<Redis>();
  readonly #sentinel: Sentinel | undefined;

  constructor(redis: Pick<RedisConfig, 'primary' | 'replica'>) {
    this.#redis = redis;
    const { primary } = redis;
    this.#sentinel =
      'sentinels' in primary ? createSentinel(primary, () => this.#move()) : undefined;
  }

  /** A client of the primary, wherever that is; not connected yet. */
  primary(options: ClientOptions = {}): Redis {
    const { primary } = this.#redis;
    const login = 'sentinels' in primary ? primary.login : primary;
    const client = createClient(login, () => this.#wherePrimary(), options);
    this.#ofPrimary.add(client);
    client.on('close', () => this.#sentinel?.finder.doubt());
    client.on('end', () => this.#ofPrimary.delete(client));
    return client;
  }

  /** A client of the local replica; not connected yet. */
  replica(options: ClientOptions = {}): Redis {
    const { replica } = this.#redis;
    return createClient(replica, () => replica, options);
  }

  /**
   * Follows the primary until `signal` aborts. The session store does it for everybody; without it
   * there is no primary to connect to where Sentinel names it.
   */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#sentinel?.finder.follow(signal);
  }

  /** To be called when what is called the primary turns out to be none. */
  doubtPrimary(): void {
    this.#sentinel?.finder.doubt();
  }

  /** Undefined while no Sentinel has named one. */
  get primaryAt(): string | undefined {
    const { primary } = this.#redis;
    const address = 'sentinels' in primary ? this.#sentinel?.finder.current : primary;
    return address && sayAddress(address);
  }

  get replicaAt(): string {
    return sayAddress(this.#redis.replica);
  }

  /** What each Sentinel says; empty where none is configured. */
  get sentinels(): readonly SentinelView[] {
    return this.#sentinel?.views() ?? [];
  }

  #wherePrimary(): RedisServer {
    const { primary } = this.#redis;
    if (!('sentinels' in primary)) {
      return primary;
    }
    const address = this.#sentinel?.finder.current;
    if (address === undefined) {
      throw new Error(`no Sentinel has said yet where ${primary.name} is`);
    }
    return { ...primary.login, ...address };
  }

  #move(): void {
    for (const client of this.#ofPrimary) {
      if (client.status === 'ready' || client.status === 'connect') {
        client.stream.destroy();
      }
    }
  }
}

interface Sentinel {
  readonly finder: PrimaryFinder;
  views(): readonly SentinelView[];
}

function createSentinel({ sentinels, name }: SentinelPrimary, moved: () => void): Sentinel {
  let links: readonly SentinelLink[] = [];
  const finder = new PrimaryFinder((heard) => {
    links = sentinels.map((server) => {
      const options = { retryStrategy: () => SENTINEL_RECONNECT_MS };
      const client = createClient(server, () => server, options);
      return new SentinelLink({ server, client, name, heard });
    });
    return links;
  }, moved);
  const views = (): readonly SentinelView[] =>
    sentinels.map((server, index) => {
      const link = links[index];
      const says = link?.says && sayAddress(link.says);
      return { at: sayAddress(server), says: says ?? null, trouble: link?.trouble ?? null };
    });
  return { finder, views };
}

function createClient(
  { username, password, tls }: RedisLogin,
  where: Whereabouts,
  options: ClientOptions,
): Redis {
  refuseUnaskedReplies();
  const client = new Redis({
    lazyConnect: true,
    protocol: 2,
    connectTimeout: CONNECT_DEADLINE_MS,
    retryStrategy: () => RECONNECT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
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
