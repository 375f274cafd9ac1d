// Keeps the journal beside the loop: gathers events, thins them out and hands them on. All of that
// happens after the commands for the daemon have left, and not in the same turn.

import type { Event, State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import {
  JOURNAL_FORMAT,
  type DecisionRecord,
  type EventRecord,
  type Journal,
  type Opening,
  type OpeningCause,
  type RecordedEvent,
} from '../../ports/journal.js';
import type { Decision } from '../decision-book.js';
import { EntryMaker, isSign, type Entry, type Noted } from './entry.js';
import { thin } from './thin.js';

export interface KeeperParts {
  readonly journal: Journal;
  readonly policy: Policy;
  readonly node: string;
  readonly version: string;
}

/**
 * After a decision the daemon's answer to the commands comes first: a process that is killed right
 * then must not take the decision with it. A daemon that does not answer is not waited for.
 */
const STEP_DELAY_MS = 20;
const COMMANDED_DELAY_MS = 0;
const CLOSED_DELAY_MS = 10;
const SIGN_DELAY_MS = 1_000;

/** Nothing worth telling is gathered for so long, or for so many events. */
const STRETCH_MS_MAX = 60_000;
const STRETCH_ENTRIES_MAX = 4_096;

export class JournalKeeper {
  readonly #parts: KeeperParts;
  readonly #maker = new EntryMaker();
  #entries: Entry[] = [];
  /** Closed decisions with the number of entries that were there before. */
  #decisions: { readonly record: DecisionRecord; readonly after: number }[] = [];
  /** Where a replay of what has been handed on ends. */
  #base: State | undefined;
  #latest: State | undefined;
  #gap = false;
  #timer: { readonly handle: NodeJS.Timeout; readonly delayMs: number } | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Called for every event, when its commands have left. */
  note(noted: Noted): void {
    const entry = this.#maker.make(noted);
    this.#base ??= noted.before;
    this.#latest = noted.after;
    this.#entries.push(entry);
    if (isStep(entry)) {
      this.#flushIn(STEP_DELAY_MS);
    } else if (noted.event.kind === 'declared') {
      this.#flushIn(COMMANDED_DELAY_MS);
    } else if (isSign(entry)) {
      this.#flushIn(SIGN_DELAY_MS);
    } else if (this.#isLong(entry.event)) {
      this.#flushIn(0);
    }
  }

  /** Called when the fate of a decision is known. */
  close(decision: Decision): void {
    const record = { kind: 'decision' as const, decision };
    this.#decisions.push({ record, after: this.#entries.length });
    this.#flushIn(CLOSED_DELAY_MS);
  }

  /** Hands on what is left and waits until it is written. */
  async end(): Promise<void> {
    this.#flush();
    await this.#parts.journal.close();
  }

  #isLong(event: RecordedEvent): boolean {
    const first = this.#entries[0];
    return (
      this.#entries.length >= STRETCH_ENTRIES_MAX ||
      (first !== undefined && event.atMs - first.event.atMs > STRETCH_MS_MAX)
    );
  }

  #flushIn(delayMs: number): void {
    if (this.#timer !== undefined && this.#timer.delayMs <= delayMs) {
      return;
    }
    clearTimeout(this.#timer?.handle);
    this.#timer = { handle: setTimeout(() => this.#flush(), delayMs), delayMs };
  }

  #flush(): void {
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
    const [entries, decisions, from, to] = [
      this.#entries,
      this.#decisions,
      this.#base,
      this.#latest,
    ];
    if (from === undefined || to === undefined || entries.length + decisions.length === 0) {
      return;
    }
    this.#entries = [];
    this.#decisions = [];
    const thinned = thin({ entries, from, to }, this.#parts.policy);
    // That the core asks for something else the second time must not be hidden: what was seen is
    // written as it was, and the next stretch begins with the state as it is.
    this.#base = thinned?.state ?? to;
    this.#parts.journal.write({
      records: recordsOf(entries, thinned?.kept ?? entries, decisions),
      opening: (because) => this.#opening(because, from),
      gap: this.#gap,
      urgent: decisions.length > 0 || entries.some(isStep),
    });
    this.#gap = thinned === undefined;
  }

  #opening(because: OpeningCause, state: State): Opening {
    const { policy, node, version } = this.#parts;
    const at = new Date(state.nowMs).toISOString();
    return {
      kind: 'opening',
      format: JOURNAL_FORMAT,
      because,
      at,
      version,
      node,
      policy,
      state,
    };
  }
}

/** More than one of the read-backs that go on for ever. */
function isStep({ effects, event }: Entry): boolean {
  return (
    effects.some(({ kind }) => kind !== 'read-back') ||
    event.kind === 'operator' ||
    event.kind === 'stopping'
  );
}

function recordsOf(
  entries: readonly Entry[],
  kept: readonly Entry[],
  decisions: readonly { readonly record: DecisionRecord; readonly after: number }[],
): readonly (EventRecord | DecisionRecord)[] {
  const chosen = new Set(kept);
  const skipped = new Map<Event['kind'], number>();
  const records: (EventRecord | DecisionRecord)[] = [];
  const waiting = [...decisions];
  entries.forEach((entry, index) => {
    while (waiting[0] !== undefined && waiting[0].after <= index) {
      records.push(...waiting.splice(0, 1).map(({ record }) => record));
    }
    const { event } = entry;
    const before = skipped.get(event.kind) ?? 0;
    if (chosen.has(entry)) {
      records.push(recordOf(entry, before));
      skipped.delete(event.kind);
    } else {
      skipped.set(event.kind, before + 1);
    }
  });
  return [...records, ...waiting.map(({ record }) => record)];
}

function recordOf({ event, effects }: Entry, skipped: number): EventRecord {
  return {
    kind: 'event',
    event,
    ...(effects.length > 0 ? { effects } : {}),
    ...(skipped > 0 ? { skipped } : {}),
  };
}
