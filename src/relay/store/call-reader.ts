// Reads calls from the local replica: as they change, from keyspace notifications, and all of them
// whenever notifications may have been missed. A replica tells nothing of what it loads in a full
// resynchronisation, and whoever is not connected is never told again (FACTS: Redis replication), so
// the number of calls is compared every second and the calls themselves every minute.

import type { Redis } from 'ioredis';

import { sleep } from '../../async/sleep.js';
import type { CallKey } from './call-writer.js';

export interface ReaderOptions {
  /** For questions. */
  readonly redis: Redis;
  /** For notifications; in subscriber mode it can do nothing else. */
  readonly subscriber: Redis;
  readonly databases: readonly number[];
  readonly listener: ReaderListener;
  readonly onTrouble: (detail: string) => void;
}

export interface ReaderListener {
  /** This stands in Redis now. */
  found(key: CallKey, text: string): void;
  /** Redis has let go of it. */
  gone(key: CallKey): void;
  /** A whole look at a database that began at `startedAtMs` (performance.now) found these. */
  surveyed(database: number, callIds: ReadonlySet<string>, startedAtMs: number): void;
  /** How many calls of this database are held here. */
  held(database: number): number;
}

const LOOK_EVERY_MS = 1_000;
const START_LOOK_EVERY_MS = 20;
/** A connection that has been away for so long is worth a word. */
const AWAY_MS = 2_000;
const SURVEY_EVERY_MS = 60_000;
/** A count may differ for as long as a call takes from one Redis to the other. */
const MISMATCHES_MAX = 3;
const BITE = 200;
/** Changes that wait to be fetched; beyond it everything is read anew instead. */
const CHANGED_MAX = 50_000;
const CALLS_MAX = 200_000;

export class CallReader {
  readonly #options: ReaderOptions;
  readonly #changed = new Map<string, CallKey>();
  readonly #stop = new AbortController();
  #mismatches = 0;
  #surveyIsDue = true;
  #surveyedOnce = false;
  #surveyedAtMs = 0;
  #reachedAtMs = performance.now();
  #fetching: Promise<void> | undefined;
  #watching: Promise<void> | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Resolves when everything was read once, or when `limitMs` are over; it goes on either way. */
  async start(limitMs: number): Promise<boolean> {
    const { subscriber } = this.#options;
    subscriber.on('ready', () => void this.#subscribe());
    subscriber.on('pmessage', (_pattern: string, channel: string, event: string) =>
      this.#notified(channel, event),
    );
    const endsAtMs = performance.now() + limitMs;
    this.#watching = this.#watch();
    while (!this.#surveyedOnce && performance.now() < endsAtMs && !this.#stop.signal.aborted) {
      await sleep(START_LOOK_EVERY_MS, this.#stop.signal);
    }
    return this.#surveyedOnce;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#watching, this.#fetching]);
  }

  async #subscribe(): Promise<void> {
    const patterns = this.#options.databases.map((database) => `__keyspace@${database}__:*`);
    try {
      await this.#options.subscriber.psubscribe(...patterns);
      // What happened while nobody listened is found by reading everything.
      this.#surveyIsDue = true;
    } catch (error) {
      this.#options.onTrouble(`cannot subscribe on the replica: ${String(error)}`);
    }
  }

  #notified(channel: string, event: string): void {
    const [, number = '', callId = ''] = /^__keyspace@(\d+)__:(.*)$/s.exec(channel) ?? [];
    const key = { database: Number(number), callId };
    if (event === 'set') {
      this.#fetchSoon(key);
    } else if (event === 'del' || event === 'expired') {
      this.#changed.delete(`${number}/${callId}`);
      this.#options.listener.gone(key);
    }
  }

  #fetchSoon(key: CallKey): void {
    if (this.#changed.size >= CHANGED_MAX) {
      this.#surveyIsDue = true;
      return;
    }
    this.#changed.set(`${key.database}/${key.callId}`, key);
    this.#fetching ??= this.#fetchAll().finally(() => {
      this.#fetching = undefined;
    });
  }

  async #fetchAll(): Promise<void> {
    while (this.#changed.size > 0 && !this.#stop.signal.aborted) {
      const [first] = this.#changed.values();
      const batch = [...this.#changed.values()]
        .filter(({ database }) => database === first?.database)
        .slice(0, BITE);
      batch.forEach(({ database, callId }) => this.#changed.delete(`${database}/${callId}`));
      try {
        await this.#fetch(batch);
      } catch (error) {
        this.#surveyIsDue = true;
        this.#options.onTrouble(`cannot read from the replica: ${String(error)}`);
      }
    }
  }

  async #fetch(keys: readonly CallKey[]): Promise<void> {
    const [first] = keys;
    if (first === undefined) {
      return;
    }
    const texts = await this.#ask(first.database, (pipeline) =>
      pipeline.mget(keys.map(({ callId }) => callId)),
    );
    keys.forEach((key, index) => {
      const text = Array.isArray(texts) ? (texts[index] as unknown) : undefined;
      if (typeof text === 'string') {
        this.#options.listener.found(key, text);
      }
    });
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (!this.#isReachable()) {
        await sleep(START_LOOK_EVERY_MS, signal);
        continue;
      }
      try {
        await this.#look();
      } catch (error) {
        this.#surveyIsDue = true;
        this.#options.onTrouble(`cannot read from the replica: ${String(error)}`);
      }
      await sleep(LOOK_EVERY_MS, signal);
    }
  }

  #isReachable(): boolean {
    const nowMs = performance.now();
    const ready = this.#options.redis.status === 'ready';
    if (ready) {
      this.#reachedAtMs = nowMs;
    } else {
      this.#surveyIsDue = true;
      if (nowMs - this.#reachedAtMs >= AWAY_MS) {
        this.#options.onTrouble('the replica cannot be reached');
      }
    }
    return ready;
  }

  async #look(): Promise<void> {
    const overdue = performance.now() - this.#surveyedAtMs >= SURVEY_EVERY_MS;
    if (!this.#surveyIsDue && !overdue && !(await this.#countsDiffer())) {
      return;
    }
    this.#surveyIsDue = false;
    this.#surveyedAtMs = performance.now();
    for (const database of this.#options.databases) {
      await this.#survey(database);
    }
    this.#surveyedOnce = true;
    this.#mismatches = 0;
  }

  async #countsDiffer(): Promise<boolean> {
    let differs = false;
    for (const database of this.#options.databases) {
      const size = await this.#ask(database, (pipeline) => pipeline.dbsize());
      differs ||= size !== this.#options.listener.held(database);
    }
    this.#mismatches = differs ? this.#mismatches + 1 : 0;
    return this.#mismatches >= MISMATCHES_MAX;
  }

  async #survey(database: number): Promise<void> {
    const startedAtMs = performance.now();
    const callIds = new Set<string>();
    let cursor = '0';
    do {
      const bite = await this.#ask(database, (pipeline) => pipeline.scan(cursor, 'COUNT', BITE));
      const [next, keys] = bite as [string, string[]];
      cursor = next;
      await this.#fetch(keys.map((callId) => ({ database, callId })));
      keys.forEach((callId) => callIds.add(callId));
      if (callIds.size > CALLS_MAX) {
        throw new Error(`database ${database} has more than ${CALLS_MAX} keys`);
      }
    } while (cursor !== '0' && !this.#stop.signal.aborted);
    this.#options.listener.surveyed(database, callIds, startedAtMs);
  }

  /** One command in a database: the connection is shared, so the database goes along every time. */
  async #ask(
    database: number,
    command: (pipeline: ReturnType<Redis['pipeline']>) => unknown,
  ): Promise<unknown> {
    const pipeline = this.#options.redis.pipeline().select(database);
    command(pipeline);
    const results = await pipeline.exec();
    const failed = results?.find(([error]) => error !== null)?.[0];
    if (results === null || failed) {
      throw failed ?? new Error('no answer');
    }
    return results[1]?.[1];
  }
}
