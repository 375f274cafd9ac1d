// Replays a journal with the settings it was recorded with: every decision must be the same.

import { step, type Effect, type State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import type { EventRecord, Opening, PlacedRecord } from '../../ports/journal.js';
import { completeOpening } from './complete.js';
import { restore, sameEffects } from './replay.js';

export interface Rerun {
  readonly node: string;
  readonly version: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
  /** Readings that said again that all was well and were left out. */
  readonly skipped: number;
  readonly decisions: number;
  readonly starts: number;
  readonly lost: number;
  readonly difference: Difference | undefined;
}

/** The first event from which the core now asks for something else. */
export interface Difference {
  readonly file: string;
  readonly line: number;
  readonly event: EventRecord['event'];
  readonly recorded: readonly Effect[];
  readonly replayed: readonly Effect[];
}

/** Ends at the first difference: what comes after it only follows from it. */
export async function rerun(records: AsyncIterable<PlacedRecord>): Promise<Rerun> {
  const tape = new Tape();
  for await (const placed of records) {
    tape.play(placed);
    if (tape.difference !== undefined) {
      break;
    }
  }
  return tape.result();
}

class Tape {
  #opening: Opening | undefined;
  #state: State | undefined;
  #fromMs = 0;
  #events = 0;
  #skipped = 0;
  #decisions = 0;
  #starts = 0;
  #lost = 0;
  difference: Difference | undefined;

  play(placed: PlacedRecord): void {
    const { record } = placed;
    switch (record.kind) {
      case 'opening':
        this.#open(completeOpening(record));
        return;
      case 'event':
        this.#step(record, placed);
        return;
      case 'lost':
        this.#lost += record.records;
        return;
      case 'decision':
        return;
    }
  }

  result(): Rerun {
    return {
      node: this.#opening?.node ?? '',
      version: this.#opening?.version ?? '',
      fromMs: this.#fromMs,
      toMs: this.#state?.nowMs ?? this.#fromMs,
      events: this.#events,
      skipped: this.#skipped,
      decisions: this.#decisions,
      starts: this.#starts,
      lost: this.#lost,
      difference: this.difference,
    };
  }

  #open(opening: Opening): void {
    if (this.#opening === undefined) {
      this.#fromMs = opening.state.nowMs;
    }
    this.#opening = opening;
    this.#state = opening.state;
    this.#starts += opening.because === 'start' ? 1 : 0;
  }

  #step(record: EventRecord, { file, line }: PlacedRecord): void {
    const { event, effects: recorded = [], skipped = 0 } = record;
    const next = step(this.#stateNow(), restore(event, this.#stateNow()), this.#policy());
    this.#events += 1;
    this.#skipped += skipped;
    this.#decisions += recorded.filter(({ kind }) => kind === 'decided').length;
    this.#state = next.state;
    if (!sameEffects(next.effects, recorded)) {
      this.difference = { file, line, event, recorded, replayed: next.effects };
    }
  }

  #stateNow(): State {
    if (this.#state === undefined) {
      throw new Error('a journal without an opening was let in');
    }
    return this.#state;
  }

  #policy(): Policy {
    if (this.#opening === undefined) {
      throw new Error('a journal without an opening was let in');
    }
    return this.#opening.policy;
  }
}
