// One connection to one Redis server, for looking only. ioredis keeps it up; what it would do on
// top (queue commands, resend them, time them out) is switched off: its timers cannot tell a
// silent server from a stall of this process, and a queue would grow while the server hangs.

import { once } from 'node:events';

import { Redis } from 'ioredis';

import { detailOfError } from '../detail.js';
import type { RedisServer } from '../../config/config.js';
import { parseInfo, type InfoFields } from './info.js';

const CONNECT_DEADLINE_MS = 500;
const RECONNECT_MS = 100;
/** Nothing is under way that would be worth a polite end. */
const CLOSE_DEADLINE_MS = 0;
/** INFO is a few kilobytes; a server that sends more than this between two looks is none. */
const BYTES_A_LOOK_MAX = 262_144;

export class ServerConnection {
  readonly #client: Redis;
  readonly #server: RedisServer;
  readonly #closed = new AbortController();
  /** False until this very connection has logged in and said that its data set is loaded. */
  #greeted = false;
  /**
   * A connection has ended since the last look. A server that restarts between two looks would
   * otherwise never be seen to be gone, while its replicas do lose their links.
   */
  #lost = false;
  #bytes = 0;
  /** One INFO for all sections is cheaper than one for each. */
  #takesSections = true;
  #trouble: string | undefined;

  constructor(server: RedisServer) {
    this.#server = server;
    this.#client = new Redis({
      host: server.host,
      port: server.port,
      lazyConnect: true,
      protocol: 2,
      connectTimeout: CONNECT_DEADLINE_MS,
      disconnectTimeout: CLOSE_DEADLINE_MS,
      retryStrategy: () => RECONNECT_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      autoResendUnfulfilledCommands: false,
      disableClientInfo: true,
    });
    this.#client.on('connect', () => this.#meet());
    this.#client.on('ready', () => (this.#trouble = undefined));
    this.#client.on('close', () => this.#lose());
    this.#client.on('error', (error) => (this.#trouble = detailOfError(error)));
  }

  /** Why there is no connection, as far as is known. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  open(): void {
    // A failed attempt is followed by the next; looks tell about it.
    this.#client.connect().catch(() => undefined);
  }

  /** INFO of these sections, as soon as there is a connection. Has no deadline of its own. */
  async info(sections: readonly string[]): Promise<InfoFields> {
    if (this.#lost) {
      this.#lost = false;
      throw new Error('the connection was closed');
    }
    if (this.#client.status !== 'ready') {
      await once(this.#client, 'ready', { signal: this.#closed.signal });
    }
    this.#bytes = 0;
    if (this.#greeted) {
      return parseInfo(await this.#ask(sections));
    }
    const login = this.#logIn();
    try {
      const fields = parseInfo(await this.#ask([...sections, 'persistence']));
      refuseLoading(fields);
      this.#greeted = true;
      return fields;
    } catch (error) {
      // A refused login tells more than the NOAUTH of the commands behind it.
      throw (await login) ?? error;
    }
  }

  /** Drops a connection that was made and makes a new one. */
  renew(): void {
    if (this.#client.status === 'ready') {
      this.#client.stream.destroy();
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const { status } = this.#client;
    this.#client.disconnect();
    // Between two attempts ioredis has nothing to end, and says no end.
    if (status !== 'end' && status !== 'reconnecting') {
      // Not `once` of node:events: it rejects on 'error', and failing is no news any more.
      await new Promise<void>((resolve) => this.#client.once('end', () => resolve()));
    }
  }

  #meet(): void {
    this.#greeted = false;
    this.#bytes = 0;
    const { stream } = this.#client;
    stream.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > BYTES_A_LOOK_MAX) {
        stream.destroy(new Error(`sent more than ${BYTES_A_LOOK_MAX} bytes at once`));
      }
    });
  }

  /** Says so once: attempts to connect again end in a close, too, and have troubles of their own. */
  #lose(): void {
    this.#lost ||= this.#greeted;
    this.#greeted = false;
  }

  /** Resolves with the refusal, if any: what may be asked nevertheless is for the server to say. */
  async #logIn(): Promise<unknown> {
    const { username, password } = this.#server;
    if (password === undefined) {
      return undefined;
    }
    const login = username === undefined ? [password] : [username, password];
    return this.#client.call('auth', login).then(
      () => undefined,
      (error: unknown) => explain(error),
    );
  }

  async #ask(sections: readonly string[]): Promise<string> {
    try {
      if (this.#takesSections) {
        return await this.#client.info(...sections);
      }
      const replies = await Promise.all(sections.map((section) => this.#client.info(section)));
      return replies.join('');
    } catch (error) {
      if (!this.#takesSections || !isSyntaxError(error)) {
        throw explain(error);
      }
      this.#takesSections = false;
      return this.#ask(sections);
    }
  }
}

/** What Redis before 7 says to INFO with more than one section. */
function isSyntaxError(error: unknown): boolean {
  return error instanceof Error && error.message.includes('syntax error');
}

/** ioredis tells about the retries that it was not to make. */
function explain(error: unknown): unknown {
  return error instanceof Error && error.name === 'MaxRetriesPerRequestError'
    ? new Error('the connection was closed', { cause: error })
    : error;
}

/** INFO is answered while the data set is being loaded, with counts that mean nothing yet. */
function refuseLoading(fields: InfoFields): void {
  if (fields.get('loading') === '1') {
    throw new Error('LOADING: the server is loading its data set');
  }
}
