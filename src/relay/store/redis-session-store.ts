// Keeps the relay's own calls in Redis for its peers, and the peers' calls here.
//
// A call has one home for its whole life: the database of the relay that set it up. Whoever hears its
// media carries it, and a peer that was told of a change (re-INVITE, BYE) while the home is away
// writes it to the home's database. So a home that returns finds its calls as they are by then, and
// no count changes because traffic has moved.

import type { Call } from '../call/call.js';
import type { CallBook } from '../call/call-book.js';
import type { HeldCall, Holder, SessionStore } from '../call/session-store.js';
import type { Log } from '../log.js';
import { CallReader, type ReaderListener } from './call-reader.js';
import { CallWriter, type CallKey } from './call-writer.js';
import { connectTo, type RedisServer } from './connections.js';
import { readStoredCall, writeStoredCall, type StoredCall } from './stored-call.js';

export interface StoreOptions {
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** The database of this relay's own calls. */
  readonly database: number;
  /** The databases of its peers. */
  readonly peers: readonly number[];
}

export interface StoreParts {
  readonly book: CallBook;
  /** A call that nobody hears for so long is over; the sign of life is written three times in it. */
  readonly mediaTimeoutMs: number;
  readonly log: Log;
}

/** A relay that waits longer for its calls of before a restart serves nobody meanwhile. */
const RESTORE_MS_MAX = 5_000;
const PARTING_MS_MAX = 1_000;
/** Calls that changed this shortly before a survey may not have reached the replica. */
const FRESH_MS = 5_000;
const SIGNS_PER_TIMEOUT = 3;
/** The same trouble is said once in so long. */
const SAY_AGAIN_MS = 10_000;

/** What is known of a call beside its record. */
interface Bookmark {
  revision: number;
  heardAtMs: number;
  /** On the clock of `performance.now()`. */
  changedAtMs: number;
}

export class RedisSessionStore implements SessionStore, ReaderListener {
  readonly #options: StoreOptions;
  readonly #parts: StoreParts;
  readonly #connections: ReturnType<typeof connectTo>[];
  readonly #writer: CallWriter;
  readonly #reader: CallReader;
  readonly #bookmarks = new Map<string, Bookmark>();
  /** Peers' calls whose media comes here, with the time up to which it was heard. */
  readonly #carried = new Map<string, number>();
  #signs: NodeJS.Timeout | undefined;
  #followsRedis = false;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: StoreOptions, parts: StoreParts) {
    this.#options = options;
    this.#parts = parts;
    const primary = connectTo(options.primary);
    const replica = connectTo(options.replica);
    const subscriber = connectTo(options.replica);
    this.#connections = [primary, replica, subscriber];
    const onTrouble = (detail: string): void => this.#say(detail);
    const textOf = (key: CallKey): string | undefined => this.#textOf(key);
    this.#writer = new CallWriter({ redis: primary, textOf, onTrouble });
    this.#reader = new CallReader({
      redis: replica,
      subscriber,
      databases: [options.database, ...options.peers],
      listener: this,
      onTrouble,
    });
  }

  /** Restores what Redis has; without Redis the relay starts all the same, with what it gets later. */
  async start(): Promise<void> {
    const { book, log, mediaTimeoutMs } = this.#parts;
    book.tell(this);
    const complete = await this.#reader.start(RESTORE_MS_MAX);
    log.info({ event: 'calls-restored', complete, ...book.counts }, 'The calls are restored');
    this.#signs = setInterval(() => this.#giveSigns(), mediaTimeoutMs / SIGNS_PER_TIMEOUT);
  }

  async close(): Promise<void> {
    clearInterval(this.#signs);
    await Promise.all([this.#reader.close(), this.#writer.close(PARTING_MS_MAX)]);
    this.#connections.forEach((connection) => connection.disconnect());
  }

  changed(call: HeldCall): void {
    this.#note(call);
  }

  woken({ record: { callId }, holder }: HeldCall): void {
    if (holder.kind === 'foreign') {
      this.#carried.set(callId, performance.now());
      this.#parts.log.info({ event: 'call-carried', callId }, "A peer's call comes here now");
    }
  }

  ended({ record: { callId }, holder }: HeldCall): void {
    this.#bookmarks.delete(callId);
    this.#carried.delete(callId);
    if (!this.#followsRedis) {
      this.#writer.note({ database: this.#databaseOf(holder), callId });
    }
  }

  found(key: CallKey, text: string): void {
    try {
      this.#take(key, readStoredCall(text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#say(`call ${key.callId} of database ${key.database} is left alone: ${reason}`);
    }
  }

  gone({ database, callId }: CallKey): void {
    const call = this.#parts.book.find(callId);
    if (call === undefined || this.#databaseOf(call.holder) !== database) {
      return;
    }
    // Deleted before it was written anew: ours is the later word.
    if (!this.#writer.isPending({ database, callId })) {
      this.#drop(call);
    }
  }

  surveyed(database: number, callIds: ReadonlySet<string>, startedAtMs: number): void {
    const settled = [...this.#parts.book.all()].filter(
      ({ record: { callId }, holder }) =>
        this.#databaseOf(holder) === database &&
        !callIds.has(callId) &&
        (this.#bookmarks.get(callId)?.changedAtMs ?? 0) < startedAtMs - FRESH_MS,
    );
    const wiped = callIds.size === 0 && settled.length > 1;
    if (wiped) {
      this.#say(`database ${database} is empty: its ${settled.length} calls are kept here`);
    }
    for (const call of settled) {
      // Own calls are written again: a Redis that lost them must not cost the peer's copy.
      if (call.holder.kind === 'own') {
        this.#note(call);
      } else if (!wiped && !this.#carried.has(call.record.callId)) {
        this.#drop(call);
      }
    }
  }

  held(database: number): number {
    let calls = 0;
    for (const { holder } of this.#parts.book.all()) {
      calls += this.#databaseOf(holder) === database ? 1 : 0;
    }
    return calls;
  }

  #take({ database, callId }: CallKey, { revision, heardAtMs, call: record }: StoredCall): void {
    if (record.callId !== callId) {
      throw new Error(`expected a call of that name, got ${record.callId}`);
    }
    const { book } = this.#parts;
    const before = this.#bookmarks.get(callId);
    if (before !== undefined && before.revision >= revision) {
      return;
    }
    const known = book.find(callId);
    const holder = this.#holderOf(database);
    // The same name in two databases: two calls, or one that was set up again. The later one counts.
    if (known !== undefined && this.#databaseOf(known.holder) !== database) {
      if (known.record.signalledAtMs >= record.signalledAtMs) {
        return;
      }
    }
    const call = book.restore(record, holder);
    call.heardElsewhere(heardAtMs === 0 ? undefined : performance.now() - (Date.now() - heardAtMs));
    this.#bookmarks.set(callId, { revision, heardAtMs, changedAtMs: performance.now() });
  }

  #note({ record: { callId }, holder }: HeldCall): void {
    const before = this.#bookmarks.get(callId);
    this.#bookmarks.set(callId, {
      revision: (before?.revision ?? 0) + 1,
      heardAtMs: before?.heardAtMs ?? 0,
      changedAtMs: performance.now(),
    });
    this.#writer.note({ database: this.#databaseOf(holder), callId });
  }

  #textOf({ database, callId }: CallKey): string | undefined {
    const call = this.#parts.book.find(callId);
    const bookmark = this.#bookmarks.get(callId);
    if (
      call === undefined ||
      bookmark === undefined ||
      this.#databaseOf(call.holder) !== database
    ) {
      return undefined;
    }
    const { revision, heardAtMs } = bookmark;
    return writeStoredCall({ revision, heardAtMs, call: call.record });
  }

  /** Tells the home of the calls carried for it that they live, and lets go of those that went silent. */
  #giveSigns(): void {
    const nowMs = performance.now();
    for (const [callId, heardAtMs] of this.#carried) {
      const call = this.#parts.book.find(callId);
      const bookmark = this.#bookmarks.get(callId);
      if (call === undefined || bookmark === undefined) {
        this.#carried.delete(callId);
        continue;
      }
      const lastAtMs = call.lastPacketAtMs();
      if (lastAtMs > heardAtMs) {
        this.#carried.set(callId, lastAtMs);
        bookmark.heardAtMs = Date.now() - Math.round(nowMs - lastAtMs);
        this.#note(call);
      } else if (nowMs - lastAtMs > this.#parts.mediaTimeoutMs) {
        this.#carried.delete(callId);
        this.#parts.book.assign(call, call.holder);
      }
    }
  }

  #drop(call: Call): void {
    this.#followsRedis = true;
    try {
      this.#parts.book.end(call, 'dropped');
    } finally {
      this.#followsRedis = false;
    }
  }

  #holderOf(database: number): Holder {
    return database === this.#options.database ? { kind: 'own' } : { kind: 'foreign', database };
  }

  #databaseOf(holder: Holder): number {
    return holder.kind === 'own' ? this.#options.database : holder.database;
  }

  #say(detail: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#saidAtMs >= SAY_AGAIN_MS) {
      this.#saidAtMs = nowMs;
      this.#parts.log.warn({ event: 'redis-trouble' }, detail);
    }
  }
}
