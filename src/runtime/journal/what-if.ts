// What would have happened with other settings: the recorded observations are given to the core
// with another policy. Time that passed between them passes again, and the readings that were left
// out because nothing was new are put back where the core looks at the clock.

import { step, wakeAtMs, type Change, type Event, type State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import type { EventRecord, Opening, PlacedRecord } from '../../ports/journal.js';
import { completeOpening } from './complete.js';
import { ModelledDaemon, remodel } from './modelled-daemon.js';
import { restore } from './replay.js';

export interface Move extends Change {
  readonly atMs: number;
}

export interface WhatIf {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly recorded: readonly Move[];
  readonly replayed: readonly Move[];
}

/** Records that are read ahead to the next look at the relay. */
const AHEAD_MAX = 10_000;

/** Wakes between two records; a thinned hour of a busy core needs some thousands. */
const WAKES_MAX = 100_000;

/** What only the recorded daemon could say. */
const ANSWERS = new Set<Event['kind']>(['declared', 'advertised', 'speaker-failed']);

type PingRecord = EventRecord & { readonly event: Extract<Event, { kind: 'relay-ping' }> };

export async function whatIf(
  records: AsyncIterable<PlacedRecord>,
  policy: Policy,
): Promise<WhatIf> {
  const course = new Course(policy);
  let ahead: EventRecord[] = [];
  for await (const { record } of records) {
    if (record.kind === 'opening') {
      course.play(ahead, undefined);
      ahead = [];
      course.open(completeOpening(record));
    } else if (record.kind === 'event') {
      ahead.push(record);
      const look = isPing(record) ? record : undefined;
      if (look !== undefined || ahead.length >= AHEAD_MAX) {
        course.play(ahead, look);
        ahead = [];
      }
    }
  }
  course.play(ahead, undefined);
  return course.result();
}

function isPing(record: EventRecord): record is PingRecord {
  return record.event.kind === 'relay-ping';
}

class Course {
  readonly #policy: Policy;
  readonly #daemon = new ModelledDaemon();
  readonly #recordedMoves: Move[] = [];
  readonly #replayedMoves: Move[] = [];
  #opening: Opening | undefined;
  #recorded: State | undefined;
  #state: State | undefined;
  #fromMs: number | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  open(opening: Opening): void {
    this.#opening = opening;
    this.#recorded = opening.state;
    this.#state = opening.state;
    this.#fromMs ??= opening.state.nowMs;
    this.#daemon.forget();
  }

  /** `look` is the ping at the end of these records: what was left out before it was like it. */
  play(records: readonly EventRecord[], look: PingRecord | undefined): void {
    const filler = (look?.skipped ?? 0) > 0 ? look?.event : undefined;
    for (const record of records) {
      this.#playOne(record, filler);
    }
  }

  result(): WhatIf {
    return {
      node: this.#opening?.node ?? '',
      fromMs: this.#fromMs ?? 0,
      toMs: this.#recorded?.nowMs ?? 0,
      recorded: this.#recordedMoves,
      replayed: this.#replayedMoves,
    };
  }

  #playOne(record: EventRecord, filler: PingRecord['event'] | undefined): void {
    const [recorded, opening] = [this.#recorded, this.#opening];
    if (recorded === undefined || opening === undefined) {
      return;
    }
    const event = restore(record.event, recorded);
    this.#passTime(event.atMs, filler);
    this.#recorded = step(recorded, event, opening.policy).state;
    for (const effect of record.effects ?? []) {
      if (effect.kind === 'decided') {
        this.#recordedMoves.push(...effect.changes.map((each) => ({ ...each, atMs: event.atMs })));
      }
    }
    const seen = this.#asSeen(event, recorded);
    if (seen !== undefined) {
      this.#step(seen);
    }
  }

  /** The recorded daemon's answers were to the recorded commands. */
  #asSeen(event: Event, recorded: State): Event | undefined {
    if (ANSWERS.has(event.kind)) {
      return undefined;
    }
    return event.kind === 'speaker' && this.#state !== undefined
      ? remodel(event, recorded, this.#state)
      : event;
  }

  /** The daemon's answers and the wakes that fall due before this time, in their order. */
  #passTime(untilMs: number, filler: PingRecord['event'] | undefined): void {
    for (let count = 0; count < WAKES_MAX; count += 1) {
      if (this.#state === undefined || !this.#passOne(this.#state, untilMs, filler)) {
        return;
      }
    }
  }

  /** False when nothing falls due any more, or a wake changes nothing and would come for ever. */
  #passOne(state: State, untilMs: number, filler: PingRecord['event'] | undefined): boolean {
    const [wakeMs = Infinity, answerMs = Infinity] = [wakeAtMs(state), this.#daemon.dueAtMs];
    if (Math.min(wakeMs, answerMs) >= untilMs) {
      return false;
    }
    const answer = answerMs <= wakeMs ? this.#daemon.answer(state) : undefined;
    const atMs = Math.max(wakeMs, state.nowMs);
    this.#step(answer ?? wakeEvent(filler, atMs));
    return answer !== undefined || (this.#state && wakeAtMs(this.#state)) !== wakeMs;
  }

  #step(event: Event): void {
    if (this.#state === undefined) {
      return;
    }
    const { state, effects } = step(this.#state, event, this.#policy);
    this.#state = state;
    this.#daemon.take(effects, state.nowMs);
    for (const effect of effects) {
      if (effect.kind === 'decided') {
        const moves = effect.changes.map((each) => ({ ...each, atMs: state.nowMs }));
        this.#replayedMoves.push(...moves);
      }
    }
  }
}

/** A look that was left out stood about here; without one only the clock was looked at. */
function wakeEvent(filler: PingRecord['event'] | undefined, atMs: number): Event {
  return filler === undefined ? { kind: 'tick', atMs } : { ...filler, atMs };
}
