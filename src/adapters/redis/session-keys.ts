// Reads the relays' sessions in the local replica, over a connection of its own that is made when it
// is first needed. SCAN, EXISTS and PUBLISH: nothing here writes a key, and nothing walks a whole
// database at once (KEYS would stop the replica, and with it every relay's restore, for as long).

import { once } from 'node:events';

import type { Redis } from 'ioredis';

import { withDeadline } from '../../async/deadline.js';
import {
  SessionParityError,
  type ReplicaStanding,
  type SessionKeys,
} from '../../ports/session-parity.js';
import { detailOfError } from '../detail.js';
import { parseInfo } from './info.js';
import type { RedisClients } from './redis-clients.js';

/** Each bite keeps the replica busy for a millisecond. */
const BITE_KEYS = 1_000;
/** Longer than a Call-ID may be (RFC 3261 sets no limit; proxies do), shorter than a nuisance. */
const CALL_ID_LENGTH_MAX = 1_024;
const REPLY_MS_MAX = 2_000;
const FIRST_CURSOR = '0';

export function createSessionKeys(clients: RedisClients): SessionKeys {
  // A connection that was made anew in the middle of a walk would be at the start of another database.
  return new ReplicaKeys(clients.replica({ retryStrategy: () => null }));
}

class ReplicaKeys implements SessionKeys {
  readonly #client: Redis;
  #database = 0;
  #connected: Promise<void> | undefined;

  constructor(client: Redis) {
    this.#client = client;
    // What goes wrong is told by the command that it goes wrong for.
    this.#client.on('error', () => undefined);
  }

  standing(signal: AbortSignal): Promise<ReplicaStanding> {
    return this.#ask('INFO replication', signal, async () => {
      const said = parseInfo(await this.#client.info('replication'));
      return {
        primary: said.get('master_replid') ?? '',
        inStep: said.get('role') === 'slave' && said.get('master_link_status') === 'up',
        readOnly: said.get('slave_read_only') === '1',
      };
    });
  }

  bite(
    from: { readonly database: number; readonly cursor: string | undefined },
    signal: AbortSignal,
  ): ReturnType<SessionKeys['bite']> {
    return this.#ask('SCAN', signal, async () => {
      await this.#select(from.database);
      const cursor = from.cursor ?? FIRST_CURSOR;
      const [next, callIds] = await this.#client.scan(cursor, 'COUNT', BITE_KEYS);
      return {
        callIds: callIds.filter((callId) => callId.length <= CALL_ID_LENGTH_MAX),
        next: next === FIRST_CURSOR ? undefined : next,
      };
    });
  }

  kept(
    database: number,
    callIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    return this.#ask('EXISTS', signal, async () => {
      await this.#select(database);
      const found = await Promise.all(callIds.map((callId) => this.#client.exists(callId)));
      return callIds.filter((_, index) => found[index] === 1);
    });
  }

  tellAgain(database: number, callIds: readonly string[], signal: AbortSignal): Promise<number> {
    return this.#ask('PUBLISH', signal, async () => {
      const told = callIds.map((callId) =>
        this.#client.publish(`__keyspace@${database}__:${callId}`, 'set'),
      );
      return Math.min(...(await Promise.all(told)));
    });
  }

  notifiedEvents(signal: AbortSignal): Promise<string | undefined> {
    return this.#ask('CONFIG GET', signal, async () => {
      const said = await this.#client
        .config('GET', 'notify-keyspace-events')
        // Many forbid CONFIG, and rename it away. The comparison then tells by itself.
        .catch(() => undefined);
      return Array.isArray(said) && typeof said[1] === 'string' ? said[1] : undefined;
    });
  }

  async close(): Promise<void> {
    const { status } = this.#client;
    this.#client.disconnect();
    if (status !== 'end' && status !== 'wait' && status !== 'reconnecting') {
      await new Promise<void>((resolve) => this.#client.once('end', () => resolve()));
    }
  }

  async #select(database: number): Promise<void> {
    if (this.#database !== database) {
      await this.#client.select(database);
      this.#database = database;
    }
  }

  async #ask<T>(what: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await withDeadline(REPLY_MS_MAX, signal, async (limited) => {
        this.#connected ??= this.#connect(limited);
        await this.#connected;
        return work();
      });
    } catch (error) {
      signal.throwIfAborted();
      const message = `${what} on the local replica: ${detailOfError(error)}`;
      throw new SessionParityError('keys-unreachable', message, { cause: error });
    }
  }

  /** Rejects with the first thing that goes wrong: `once` watches for 'error' as well. */
  async #connect(signal: AbortSignal): Promise<void> {
    const ready = once(this.#client, 'ready', { signal });
    this.#client.connect().catch(() => undefined);
    await ready;
  }
}
