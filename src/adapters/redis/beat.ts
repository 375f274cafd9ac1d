// The beat: a number published on the primary at every other tick, and at every tick while anything
// is amiss, and awaited on the local replica. It proves the whole way that a session takes, on one
// clock. Redis itself calls a link "up" for a minute after the primary has stopped.
//
// The primary's answer and the replica's message tell the two halves of the way apart: no answer is
// `unsent`, an answered beat that does not come out is `overdue`. Late is what two more ticks have
// not brought, after everything that had come in by then was read; ticks that a stall of this
// process swallowed do not count.

import type { Tick } from '../../async/tick.js';
import type { BeatObservation } from '../../domain/evidence.js';
import type { Clock } from '../../ports/clock.js';
import { BeatLedger } from './beat-ledger.js';
import type { RedisCommand } from './publisher.js';

export interface BeatOptions {
  readonly channel: string;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly report: (observation: BeatObservation) => void;
}

/** Ticks that a beat has to be answered, and to come out. */
const LATE_TICKS = 2;

/** A beat is sent a little after its tick begins, and judged at the beginning of another or a little later. */
const TICK_SLACK_MS = 3;

/** While beats come out before the next tick. */
const CALM_EVERY_TICKS = 2;

/** A beat takes a few milliseconds; after this others look for themselves, long before it is late. */
const DOUBT_MS = 50;

export class Beat {
  readonly #options: BeatOptions;
  readonly #ledger: BeatLedger;
  /** The beat that the primary has not answered yet, and the ticks since. */
  #unanswered: { readonly sequence: number; readonly sentAtMs: number; ticks: number } | undefined;
  #nextTickAtMs = Infinity;
  #calm = false;
  #refusal: string | undefined;

  constructor(options: BeatOptions) {
    this.#options = options;
    this.#ledger = new BeatLedger(Math.floor(options.clock.nowMs()));
  }

  /** Called first at every tick, with the time by which it came late. */
  tick(lateMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    this.#ledger.standStill(lateMs);
    this.#nextTickAtMs = nowMs + this.#options.intervalMs;
    if (this.#unanswered !== undefined) {
      this.#unanswered.ticks += 1;
    }
  }

  /** The beat of this tick, if it has one and the primary does not still owe the answer to the last. */
  next(tick: Tick): RedisCommand | undefined {
    const pauses = this.#calm && !tick.isOneIn(CALM_EVERY_TICKS);
    if (pauses || this.#unanswered !== undefined) {
      return undefined;
    }
    const sentAtMs = this.#options.clock.nowMs();
    const sequence = this.#ledger.send(sentAtMs);
    this.#unanswered = { sequence, sentAtMs, ticks: 0 };
    return ['publish', this.#options.channel, sequence];
  }

  /** The primary took the last beat, or refused it, or it never left. */
  settle(fate: 'taken' | 'unsent' | { readonly refusal: string }): void {
    this.#refusal = typeof fate === 'object' ? fate.refusal : undefined;
    if (fate !== 'taken' && this.#unanswered !== undefined) {
      this.#ledger.forget(this.#unanswered.sequence);
    }
    this.#unanswered = undefined;
  }

  /** Called with what came out at the replica. */
  hear(message: string): void {
    const { clock, report } = this.#options;
    const atMs = clock.nowMs();
    // A tick that should have come by now tells that this process stood still.
    const stoodStillMs = Math.max(0, atMs - this.#nextTickAtMs);
    const roundTripMs = this.#ledger.see(Number(message), atMs - stoodStillMs);
    if (roundTripMs !== undefined) {
      this.#calm = roundTripMs < this.#options.intervalMs;
      report({ kind: 'redis-beat', atMs, outcome: 'seen', roundTripMs });
    }
  }

  /** For how long the primary has owed the answer to a beat; 0 when it owes none. */
  get owedMs(): number {
    const nowMs = this.#options.clock.nowMs();
    return nowMs - (this.#unanswered?.sentAtMs ?? nowMs);
  }

  /** The last beat came out in time, and the next one is not missed. */
  get isProof(): boolean {
    const ageMs = this.#ledger.oldestAgeMs(this.#options.clock.nowMs()) ?? 0;
    return this.#calm && Math.max(ageMs, this.owedMs) < DOUBT_MS;
  }

  /** True when something seems late; to be confirmed when all that had come in was read. */
  get suspicious(): boolean {
    return this.#isUnanswered() || this.#refusal !== undefined || this.#overdueMs() !== undefined;
  }

  /**
   * Tells what is late, and returns which half of the way it is. `trouble` is why there is no
   * connection to the primary.
   */
  look(trouble: string | undefined): 'unsent' | 'overdue' | undefined {
    const { clock, report, intervalMs } = this.#options;
    const atMs = clock.nowMs();
    const silence = this.#isUnanswered()
      ? `no answer within ${LATE_TICKS * intervalMs} ms`
      : undefined;
    const detail = trouble ?? this.#refusal ?? silence;
    const ageMs = this.#overdueMs();
    this.#calm &&= detail === undefined && ageMs === undefined;
    if (detail !== undefined) {
      report({ kind: 'redis-beat', atMs, outcome: 'unsent', detail });
      return 'unsent';
    }
    if (ageMs !== undefined) {
      report({ kind: 'redis-beat', atMs, outcome: 'overdue', ageMs });
      return 'overdue';
    }
    return undefined;
  }

  #isUnanswered(): boolean {
    return this.#unanswered !== undefined && this.#unanswered.ticks >= LATE_TICKS;
  }

  #overdueMs(): number | undefined {
    const { clock, intervalMs } = this.#options;
    const ageMs = this.#ledger.oldestAgeMs(clock.nowMs());
    return ageMs !== undefined && ageMs >= LATE_TICKS * intervalMs - TICK_SLACK_MS
      ? ageMs
      : undefined;
  }
}
