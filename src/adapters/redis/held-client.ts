// A client of RedisClients that is kept connected, with its trouble in words.

import type { Redis } from 'ioredis';

import { detailOfError } from '../detail.js';
import { limitBytes } from './bytes-limit.js';

export class HeldClient {
  readonly client: Redis;
  /** Called when enough was heard for a new count of bytes. */
  readonly resetBytes: () => void;
  #trouble: string | undefined;

  constructor(client: Redis, bytesMax: number) {
    this.client = client;
    this.resetBytes = limitBytes(client, bytesMax);
    client.on('ready', () => (this.#trouble = undefined));
    client.on('close', () => (this.#trouble ??= 'the connection was closed'));
    client.on('error', (error) => (this.#trouble = detailOfError(error)));
  }

  get ready(): boolean {
    return this.client.status === 'ready';
  }

  /** Why there is no connection, as far as is known. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  open(): void {
    // A failed attempt is followed by the next.
    this.client.connect().catch(() => undefined);
  }

  /** Drops a connection that was made, and may be dead without a word; a new one follows. */
  renew(): void {
    if (this.ready) {
      this.client.stream.destroy();
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    const { status } = client;
    client.disconnect();
    // Between two attempts ioredis has nothing to end, and says no end.
    if (status !== 'end' && status !== 'wait' && status !== 'reconnecting') {
      // Not `once` of node:events: it rejects on 'error', and failing is no news any more.
      await new Promise<void>((resolve) => client.once('end', () => resolve()));
    }
  }
}
