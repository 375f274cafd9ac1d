// The loop: observations in, `step`, effects out. The only place that holds the state.

import { withDeadline } from '../async/deadline.js';
import { COMMAND_MS_MAX, READ_BACK_MS_MAX } from '../domain/budget.js';
import { awaitsWord } from '../domain/await-word.js';
import type { OperatorState } from '../domain/evidence.js';
import {
  initialState,
  step,
  wakeAtMs,
  type Effect,
  type Event,
  type State,
} from '../domain/machine.js';
import type { Observation } from '../domain/observe.js';
import { memoryOf, remembersTheSame, type Memory } from '../domain/memory.js';
import type { Policy } from '../domain/policy.js';
import { callsAtRisk } from '../domain/risk.js';
import type { Log } from '../ports/log.js';
import type { OperatorRecord } from '../ports/operator-record.js';
import type { PeerExchange } from '../ports/peer-exchange.js';
import type { RelayProbe } from '../ports/relay-probe.js';
import type { SessionStore } from '../ports/session-store.js';
import type { EscalationEffect } from '../domain/escalation.js';
import { performAct, type ActParts } from './act.js';
import { DecisionBook } from './decision-book.js';
import { describeChanges } from './describe-changes.js';
import { ReachBook, type CutOff } from './reach-book.js';
import { TakeoverBook, type Takeover } from './takeover-book.js';
import { OverloadAlarm } from './overload-alarm.js';
import type { JournalKeeper } from './journal/keeper.js';
import { codeOf, describeFailure, speakerEvent } from './speaker-words.js';
import { UsualLooks } from './usual-looks.js';
import { Waits } from './waits.js';

export interface LoopParts extends ActParts {
  readonly policy: Policy;
  readonly probes: readonly RelayProbe[];
  readonly store: SessionStore | undefined;
  readonly record: OperatorRecord;
  readonly log: Log;
  readonly keeper?: JournalKeeper | undefined;
  /** Who is asked for a word when a decision waits for one. */
  readonly peers?: Pick<PeerExchange, 'ask'> | undefined;
}

/** Whatever else looks around and reports. */
export interface Watcher {
  /** Looks until `signal` aborts, then resolves. Never rejects. */
  watch(listener: (observation: Observation) => void, signal: AbortSignal): Promise<void>;
}

/** The state before the event that led to an effect, and the times of both. */
interface Cause {
  readonly before: State;
  readonly detectedAtMs: number;
  readonly decidedAtMs: number;
}

/** Timers round down to whole milliseconds; one more keeps a wake from coming just too early. */
const WAKE_MARGIN_MS = 1;

/** A failure that goes on is logged this often. */
const REPEAT_MS_MIN = 30_000;

export class Loop {
  readonly #parts: LoopParts;
  readonly #book: DecisionBook;
  readonly #stopped = new AbortController();
  readonly #overload: OverloadAlarm;
  readonly #takeovers: TakeoverBook;
  readonly #reach = new ReachBook();
  readonly #waits = new Waits();
  readonly #usual: UsualLooks;
  #state: State;
  #work: readonly Promise<void>[] = [];
  #lastFailure: { readonly detail: string; readonly atMs: number } | undefined;
  #wake: { readonly atMs: number; readonly timer: NodeJS.Timeout } | undefined;

  constructor(parts: LoopParts, operator: OperatorState, memory?: Memory) {
    this.#parts = parts;
    this.#book = new DecisionBook(parts.log, (decision) => parts.keeper?.close(decision));
    this.#overload = new OverloadAlarm(parts.policy);
    this.#takeovers = new TakeoverBook(parts.policy);
    this.#usual = new UsualLooks(parts.policy);
    this.#state = initialState(parts.policy, operator, parts.clock.nowMs(), memory);
  }

  /** May lack the latest looks that found all as usual; `catchUp` takes them in. */
  get state(): State {
    return this.#state;
  }

  get lastTakeover(): Takeover | undefined {
    return this.#takeovers.last;
  }

  get cutOff(): CutOff | undefined {
    return this.#reach.cutOff;
  }

  get book(): DecisionBook {
    return this.#book;
  }

  /** Starts every watcher; each one's first observation follows by itself. */
  start(others: readonly Watcher[] = []): void {
    const { speaker, probes, store } = this.#parts;
    const { signal } = this.#stopped;
    this.#work = [
      speaker.watch((report) => this.observe(speakerEvent(report)), signal),
      ...probes.map((probe) => probe.watch((seen) => this.observe(seen), signal)),
      ...(store === undefined ? [] : [store.watch((seen) => this.observe(seen), signal)]),
      ...others.map((watcher) => watcher.watch((seen) => this.observe(seen), signal)),
    ];
  }

  /** Takes one event through the core, after those that wait; a look that is as usual waits itself. */
  observe(event: Event): void {
    if (this.#stopped.signal.aborted) {
      return;
    }
    if (!this.#usual.keep(event, this.#state)) {
      this.#take([...this.#usual.release(), event]);
    }
  }

  /** Takes in what waits. */
  catchUp(): void {
    this.#take(this.#usual.release());
  }

  /** One by one through the core; what is made of the state besides is made of the last one. */
  #take(events: readonly Event[]): void {
    const before = this.#state;
    const last = events.at(-1);
    if (last === undefined) {
      return;
    }
    events.forEach((event) => this.#step(event));
    const state = this.#state;
    const { policy } = this.#parts;
    if (awaitsWord(state, policy) && !awaitsWord(before, policy)) {
      this.#parts.peers?.ask();
    }
    if (!remembersTheSame(before, state)) {
      void this.#keep(this.#parts.record.remember(memoryOf(state)));
    }
    this.#follow(before, last);
    this.#schedule();
    this.#waits.look();
  }

  /** Commands leave before anything else is done. */
  #step(event: Event): void {
    const before = this.#state;
    const { state, effects } = step(before, event, this.#parts.policy);
    this.#state = state;
    const decidedAtMs = this.#parts.clock.nowMs();
    for (const effect of effects) {
      this.#perform(effect, { before, detectedAtMs: event.atMs, decidedAtMs });
    }
    this.#parts.keeper?.note({ event, before, after: state, effects });
  }

  /** Resolves once `holds` is true of the state, with false when `limitMs` passes first. */
  until(holds: (state: State) => boolean, limitMs: number): Promise<boolean> {
    return this.#waits.until(() => holds(this.#state), limitMs);
  }

  /** Ends every watcher. No route is touched. */
  async stop(): Promise<void> {
    this.catchUp();
    this.#stopped.abort(new Error('the sidecar is stopping'));
    clearTimeout(this.#wake?.timer);
    await Promise.allSettled(this.#work);
    await this.#parts.speaker.close();
    await this.#parts.keeper?.end();
  }

  #perform(effect: Effect, { before, ...times }: Cause): void {
    switch (effect.kind) {
      case 'declare':
        void this.#declare(effect);
        return;
      case 'read-back':
        void this.#readBack(effect.number);
        return;
      case 'escalate':
        void this.#escalate(effect);
        return;
      case 'decided':
        this.#book.open(effect.changes, this.#state, {
          ...times,
          atRiskBefore: callsAtRisk(before.evidence, this.#parts.policy, before.nowMs),
        });
        return;
      case 'save-operator':
        void this.#keep(this.#parts.record.save(effect.operator));
        return;
    }
  }

  async #declare({ number, routes }: Extract<Effect, { kind: 'declare' }>): Promise<void> {
    try {
      await withDeadline(COMMAND_MS_MAX, this.#stopped.signal, (signal) =>
        this.#parts.speaker.declare(routes, signal),
      );
      const atMs = this.#parts.clock.nowMs();
      this.#book.commanded(atMs);
      this.observe({ kind: 'declared', atMs, number });
    } catch (error) {
      this.#fail(number, error);
    }
  }

  async #readBack(number: number): Promise<void> {
    try {
      const advertisements = await withDeadline(READ_BACK_MS_MAX, this.#stopped.signal, (signal) =>
        this.#parts.speaker.readBack(signal),
      );
      const atMs = this.#parts.clock.nowMs();
      this.observe({ kind: 'advertised', atMs, number, advertisements });
    } catch (error) {
      this.#fail(number, error);
    }
  }

  async #escalate(effect: EscalationEffect): Promise<void> {
    const { signal } = this.#stopped;
    const answer = await performAct(effect, this.#parts, signal).catch(() => undefined);
    if (answer !== undefined) {
      this.observe(answer);
    }
  }

  #fail(number: number, error: unknown): void {
    if (this.#stopped.signal.aborted) {
      return;
    }
    const detail = describeFailure(error);
    const atMs = this.#parts.clock.nowMs();
    // It is tried again up to once a second; the same sentence need not be read as often.
    const last = this.#lastFailure;
    if (last?.detail !== detail || atMs - last.atMs > REPEAT_MS_MIN) {
      this.#parts.log.warn({ event: 'speaker-failed', code: codeOf(error) }, detail);
      this.#lastFailure = { detail, atMs };
    }
    this.#book.pass(atMs, detail);
    const gone = codeOf(error) === 'daemon-unreachable' ? { gone: true as const } : {};
    this.observe({ kind: 'speaker-failed', atMs, number, detail, ...gone });
  }

  async #keep(saving: Promise<void>): Promise<void> {
    try {
      await saving;
    } catch (error) {
      this.#parts.log.error({ event: 'record-failed', err: error }, 'the state was not saved');
    }
  }

  #follow(before: State, event: Event): void {
    const { phase } = this.#state.convergence;
    this.#book.remedied(this.#state.escalation.begun.map(({ remedy }) => remedy));
    if (phase === 'verified') {
      this.#book.verified(event.atMs);
    } else {
      this.#book.pass(this.#state.nowMs, undefined);
    }
    this.#takeovers.note(before, this.#state);
    this.#reach.note(this.#state.speaker);
    const lines = [
      ...describeChanges(before, this.#state),
      ...this.#overload.note(before, this.#state),
    ];
    for (const { level, fields, message } of lines) {
      this.#parts.log[level](fields, message);
    }
  }

  /** A wake that comes too early costs one tick; the timer is set anew only for an earlier one. */
  #schedule(): void {
    const atMs = wakeAtMs(this.#state);
    if (atMs === undefined || (this.#wake !== undefined && this.#wake.atMs <= atMs)) {
      return;
    }
    clearTimeout(this.#wake?.timer);
    const delayMs = Math.max(0, atMs - this.#parts.clock.nowMs()) + WAKE_MARGIN_MS;
    const timer = setTimeout(() => {
      this.#wake = undefined;
      this.observe({ kind: 'tick', atMs: this.#parts.clock.nowMs() });
    }, delayMs);
    this.#wake = { atMs, timer };
  }
}
