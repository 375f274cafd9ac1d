// That there is no canary call, and why: reported when it changes and from time to time.

import type { RelayCanaryObservation } from '../../../domain/evidence.js';
import type { Clock } from '../../../ports/clock.js';

export interface AbsenceOptions {
  readonly clock: Clock;
  readonly report: (observation: RelayCanaryObservation) => void;
  /** Told each new cause. */
  readonly say: (sentence: string) => void;
}

const EVERY_MS = 1_000;

export class Absence {
  readonly #options: AbsenceOptions;
  #why = 'the canary call is being set up';
  #reportedAtMs = -Infinity;

  constructor(options: AbsenceOptions) {
    this.#options = options;
  }

  /** The next report, whenever it is, comes at once. */
  end(): void {
    this.#why = '';
    this.#reportedAtMs = -Infinity;
  }

  explain(why: string): void {
    if (why !== this.#why) {
      this.#why = why;
      this.#reportedAtMs = -Infinity;
      this.#options.say(why);
    }
  }

  /** At each tick without a call. */
  report(): void {
    const nowMs = performance.now();
    if (nowMs - this.#reportedAtMs >= EVERY_MS) {
      this.#reportedAtMs = nowMs;
      const { clock, report } = this.#options;
      report({ kind: 'relay-canary', atMs: clock.nowMs(), outcome: 'absent', detail: this.#why });
    }
  }
}
