// One connection to one Redis server, for looking only.

import { once } from 'node:events';

import type { Redis } from 'ioredis';

import { detailOfError } from '../detail.js';
import { parseInfo, type InfoFields } from './info.js';

/** INFO is a few kilobytes; a server that sends more than this between two looks is none. */
const BYTES_A_LOOK_MAX = 262_144;

export class ServerConnection {
  readonly #client: Redis;
  readonly #closed = new AbortController();
  /** False until this very connection has said that its data set is loaded. */
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

  /** `client` is one of its own, made by RedisClients. */
  constructor(client: Redis) {
    this.#client = client;
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
    const fields = parseInfo(await this.#ask([...sections, 'persistence']));
    refuseLoading(fields);
    this.#greeted = true;
    return fields;
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
