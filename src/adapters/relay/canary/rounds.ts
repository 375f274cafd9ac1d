// One packet each interval, and what became of it.

import type { RelayCanaryObservation } from '../../../domain/evidence.js';
import type { Clock } from '../../../ports/clock.js';
import type { Ends } from './ends.js';
import { CanaryPackets } from './packet.js';

export interface RoundsOptions {
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly report: (observation: RelayCanaryObservation) => void;
}

interface Round {
  readonly sentAtMs: number;
  /** The worst of the ticks since then: what was late here is not the relay's silence. */
  lateMs: number;
  missed: boolean;
}

/** Ticks come on whole milliseconds; the deadline of a round may fall right behind one. */
const TICK_SLACK_MS = 3;

/** A packet that comes out later than so many rounds after it went in is forgotten. */
const ROUNDS_KEPT_MAX = 64;

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #packets = new CanaryPackets();
  readonly #rounds = new Map<number, Round>();
  #number = 0;
  #ends: Ends | undefined;
  #lastTurn: NodeJS.Immediate | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** From now on the packets go through these; what was under way is forgotten. */
  through(ends: Ends): void {
    this.stop();
    this.#ends = ends;
    ends.listen((packet) => this.#hear(packet));
  }

  stop(): void {
    clearImmediate(this.#lastTurn);
    this.#rounds.clear();
    this.#ends = undefined;
  }

  /**
   * Judges the rounds whose time is over and begins the next. Needs no timer of its own: waking up
   * is most of what a look costs.
   */
  tick(tickLateMs: number): void {
    this.#rounds.forEach((round) => (round.lateMs = Math.max(round.lateMs, tickLateMs)));
    if (this.#overdue().length > 0) {
      // Node runs timers before it reads sockets: the packet may be there and not yet delivered.
      this.#lastTurn = setImmediate(() => this.#miss());
    }
    this.#begin(tickLateMs);
  }

  #begin(lateMs: number): void {
    this.#number += 1;
    this.#rounds.set(this.#number, { sentAtMs: performance.now(), lateMs, missed: false });
    this.#rounds.delete(this.#number - ROUNDS_KEPT_MAX);
    this.#ends?.send(this.#packets.write(this.#number));
  }

  #overdue(): readonly Round[] {
    const dueMs = performance.now() - this.#options.deadlineMs + TICK_SLACK_MS;
    return [...this.#rounds.values()].filter((round) => !round.missed && round.sentAtMs <= dueMs);
  }

  #miss(): void {
    const { clock, report } = this.#options;
    const fault = this.#ends?.takeFault();
    for (const round of this.#overdue()) {
      round.missed = true;
      const { lateMs } = round;
      const detail = fault ?? `no packet came out within ${this.#options.deadlineMs} ms`;
      report({ kind: 'relay-canary', atMs: clock.nowMs(), outcome: 'missed', lateMs, detail });
    }
  }

  #hear(packet: Buffer): void {
    const number = this.#packets.read(packet);
    const round = number === undefined ? undefined : this.#rounds.get(number);
    if (number === undefined || round === undefined) {
      return;
    }
    this.#rounds.delete(number);
    this.#ends?.takeFault();
    const { clock, report } = this.#options;
    const roundTripMs = performance.now() - round.sentAtMs;
    report({ kind: 'relay-canary', atMs: clock.nowMs(), outcome: 'heard', roundTripMs });
  }
}
