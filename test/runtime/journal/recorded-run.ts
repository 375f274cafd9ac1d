// Runs the core as the loop does, with a journal beside it: events in, due ticks in between, and
// what the journal is handed kept as the lines of its file.

import type { SinonFakeTimers } from 'sinon';

import {
  initialState,
  step,
  wakeAtMs,
  type Effect,
  type Event,
  type State,
} from '../../../src/domain/machine.js';
import type { Policy } from '../../../src/domain/policy.js';
import { callsAtRisk } from '../../../src/domain/risk.js';
import type { Journal, JournalBatch, JournalRecord } from '../../../src/ports/journal.js';
import { DecisionBook } from '../../../src/runtime/decision-book.js';
import { JournalKeeper } from '../../../src/runtime/journal/keeper.js';
import type { Advertisement, DesiredRoute } from '../../../src/domain/route.js';
import { ROUTER, UNDRAINED } from '../../domain/story.js';
import { FakeLog } from '../fakes.js';

export interface Deed {
  readonly atMs: number;
  readonly effects: readonly Effect[];
}

/** Keeps every batch as lines of text, with an opening before the first. */
export class MemoryJournal implements Journal {
  readonly lines: string[] = [];
  gaps = 0;

  write({ records, opening, gap }: JournalBatch): void {
    this.gaps += gap ? 1 : 0;
    const first = this.lines.length === 0 ? [opening('start')] : [];
    this.lines.push(...[...first, ...records].map((record) => JSON.stringify(record)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get bytes(): number {
    return this.lines.reduce((sum, line) => sum + line.length + 1, 0);
  }

  records(): readonly JournalRecord[] {
    return this.lines.map((line) => JSON.parse(line) as JournalRecord);
  }
}

export class RecordedRun {
  readonly journal = new MemoryJournal();
  readonly deeds: Deed[] = [];
  readonly policy: Policy;
  state: State;
  events = 0;
  readonly #keeper: JournalKeeper;
  readonly #book = new DecisionBook(new FakeLog(), (decision) => this.#keeper.close(decision));
  readonly #clock: SinonFakeTimers;

  constructor(
    policy: Policy,
    clock: SinonFakeTimers,
    { startMs = 0 }: { readonly startMs?: number } = {},
  ) {
    this.policy = policy;
    this.#clock = clock;
    this.state = initialState(policy, UNDRAINED, startMs);
    this.#keeper = new JournalKeeper({
      journal: this.journal,
      policy,
      node: 'relay-a',
      version: '0.0.0',
    });
  }

  /** Ticks that fall due before this event come first. The effects of all of them. */
  tell(event: Event): readonly Effect[] {
    const effects: Effect[] = [];
    for (let due = wakeAtMs(this.state); due !== undefined && due < event.atMs;) {
      const atMs = Math.max(due, this.state.nowMs) + 0.5;
      effects.push(...this.#take({ kind: 'tick', atMs }));
      const next = wakeAtMs(this.state);
      due = next === due ? undefined : next;
    }
    return [...effects, ...this.#take(event)];
  }

  /** A daemon that does as it is told, half a millisecond later. */
  confirm(effects: readonly Effect[]): void {
    for (const effect of effects) {
      const atMs = this.state.nowMs + 0.25;
      if (effect.kind === 'declare') {
        this.confirm(this.tell({ kind: 'declared', atMs, number: effect.number }));
      } else if (effect.kind === 'read-back') {
        const { declared, number } = this.state.convergence;
        this.tell({ kind: 'advertised', atMs, number, advertisements: declared.flatMap(sent) });
      }
    }
  }

  async end(): Promise<void> {
    await this.#keeper.end();
  }

  #take(event: Event): readonly Effect[] {
    const before = this.state;
    const { state, effects } = step(before, event, this.policy);
    this.state = state;
    this.events += 1;
    if (effects.some(({ kind }) => kind !== 'read-back')) {
      this.deeds.push({ atMs: event.atMs, effects });
    }
    this.#clock.tick(Math.max(0, Math.floor(event.atMs) - Date.now()));
    for (const effect of effects) {
      if (effect.kind === 'decided') {
        const atRiskBefore = callsAtRisk(before.evidence, this.policy, before.nowMs);
        const times = { detectedAtMs: event.atMs, decidedAtMs: event.atMs, atRiskBefore };
        this.#book.open(effect.changes, state, times);
      }
    }
    this.#keeper.note({ event, before, after: state, effects });
    if (event.kind === 'declared') {
      this.#book.commanded(event.atMs);
    }
    if (state.convergence.phase === 'verified') {
      this.#book.verified(event.atMs);
    }
    return effects;
  }
}

function sent({ prefix, rank }: DesiredRoute): readonly Advertisement[] {
  return rank === 'withdrawn'
    ? []
    : [
        {
          neighbour: ROUTER.neighbour,
          prefix,
          rank,
          asPath: [65101],
          communities: [],
          med: undefined,
        },
      ];
}
