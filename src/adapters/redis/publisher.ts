// Sends to the primary on a connection of its own. What the primary does not take is not queued:
// a hung server holds a handful of unanswered batches and gets no more.

import type { Redis } from 'ioredis';

import { detailOfError } from '../detail.js';
import { HeldClient } from './held-client.js';

/** As ioredis takes it: a command and its arguments. */
export type RedisCommand = [string, ...(string | number)[]];

const BATCHES_MAX = 4;
/** Answers to PUBLISH and SET are a few bytes. */
const BYTES_MAX = 65_536;

export class Publisher {
  readonly #held: HeldClient;
  #unanswered = 0;

  /** `client` is one of its own, of the primary, made by RedisClients. */
  constructor(client: Redis) {
    this.#held = new HeldClient(client, BYTES_MAX);
  }

  /** Why there is no connection, as far as is known. */
  get trouble(): string | undefined {
    return this.#held.trouble;
  }

  open(): void {
    this.#held.open();
  }

  renew(): void {
    this.#held.renew();
  }

  close(): Promise<void> {
    return this.#held.close();
  }

  /**
   * Sends these together. Undefined when they were not sent: there is no connection, or too much is
   * unanswered. Else resolves when the primary has answered all or the connection has ended, with
   * the first refusal if there is one; never rejects.
   */
  send(commands: readonly RedisCommand[]): Promise<string | undefined> | undefined {
    if (!this.#held.ready || this.#unanswered >= BATCHES_MAX) {
      return undefined;
    }
    this.#unanswered += 1;
    return this.#deliver(commands).finally(() => (this.#unanswered -= 1));
  }

  async #deliver(commands: readonly RedisCommand[]): Promise<string | undefined> {
    try {
      const refused = await this.#exchange(commands);
      this.#held.resetBytes();
      return refused === undefined ? undefined : this.#explain(refused);
    } catch (error) {
      return this.#explain(error);
    }
  }

  async #exchange(commands: readonly RedisCommand[]): Promise<Error | undefined> {
    const { client } = this.#held;
    const [first, ...others] = commands;
    // A pipeline for one command costs more than the command.
    if (first !== undefined && others.length === 0) {
      await client.call(...first);
      return undefined;
    }
    const replies = await client.pipeline(commands.map((each) => [...each])).exec();
    return replies?.find(([error]) => error !== null)?.[0] ?? undefined;
  }

  /** ioredis tells about the retries that it was not to make. */
  #explain(error: unknown): string {
    return this.#held.ready ? detailOfError(error) : 'the connection was closed';
  }
}
