// Writes calls to the Redis primary, after the fact: a call that has changed is noted, and what it is
// by then is written when the primary takes it. Nothing that calls in here ever waits. While the
// primary is away the notes stay, so that it gets everything when it is back.

import type { Redis } from 'ioredis';

import { sleep } from '../../async/sleep.js';

export interface WriterOptions {
  readonly redis: Redis;
  /** What stands under this key now; undefined when it is to be deleted. */
  readonly textOf: (key: CallKey) => string | undefined;
  readonly onTrouble: (detail: string) => void;
}

export interface CallKey {
  readonly database: number;
  readonly callId: string;
}

/** Calls in one round trip; a thousand would keep a busy primary from everybody else. */
const BATCH_MAX = 100;
const RETRY_AFTER_MS = 500;

export class CallWriter {
  readonly #options: WriterOptions;
  /** In the order in which they changed. There are never more than calls and their endings. */
  readonly #notes = new Map<string, CallKey>();
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#notes.size;
  }

  isPending(key: CallKey): boolean {
    return this.#notes.has(nameOf(key));
  }

  note(key: CallKey): void {
    this.#notes.set(nameOf(key), key);
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Gives what is noted `limitMs` to be written, then lets go of it. */
  async close(limitMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), limitMs);
    await this.#work;
    clearTimeout(timer);
    this.#stop.abort();
  }

  async #writeAll(): Promise<void> {
    // Everything that this turn of the loop brings goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#notes.size > 0 && !this.#stop.signal.aborted) {
      const batch = [...this.#notes].slice(0, BATCH_MAX);
      const failure = await this.#write(batch.map(([, key]) => key)).catch(String);
      if (failure === undefined) {
        continue;
      }
      this.#options.onTrouble(failure);
      // What was noted anew meanwhile keeps its place; the rest is tried again.
      batch.forEach(([name, key]) => this.#notes.set(name, key));
      await sleep(RETRY_AFTER_MS, this.#stop.signal);
    }
  }

  /** Resolves with what went wrong. The notes are taken out first: a change while it writes stays. */
  async #write(keys: readonly CallKey[]): Promise<string | undefined> {
    const pipeline = this.#options.redis.pipeline();
    let selected: number | undefined;
    for (const key of keys) {
      this.#notes.delete(nameOf(key));
      if (key.database !== selected) {
        pipeline.select(key.database);
        selected = key.database;
      }
      const text = this.#options.textOf(key);
      if (text === undefined) {
        pipeline.del(key.callId);
      } else {
        pipeline.set(key.callId, text);
      }
    }
    const results = await pipeline.exec();
    return results === null
      ? 'the primary answered nothing'
      : results.map(([error]) => error?.message).find((message) => message !== undefined);
  }
}

function nameOf({ database, callId }: CallKey): string {
  return `${database}/${callId}`;
}
