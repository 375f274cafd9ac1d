// Tells a worker that hangs from one that is only late. In this order:
//
// - a beat that came while the guard itself stood still has come: it is read before anything is
//   judged, and a guard that was late starts its count anew;
// - a worker that wants to run and is not let (all cores busy, a slow disk) gets more time;
// - any other silence is a hang.

import { startPatientTimer } from '../async/patient-timer.js';
import { isStarved, readPulse, type Pulse } from './process-pulse.js';

/** The silence of a worker that hangs. DESIGN.md asks for it to be found within 1 s. */
const SILENCE_MS_MAX = 700;
const LOOK_MS = SILENCE_MS_MAX / 2;

/** The longest silence of a worker that is not let run. */
const STARVED_MS_MAX = 5_000;

/** A guard that is later than this cannot judge the lateness of others. */
const OWN_LATENESS_MS_MAX = 100;

export interface Silence {
  readonly silentMs: number;
  /** The state letter of proc(5), or undefined when the kernel did not tell. */
  readonly processState: string | undefined;
}

export class BeatWatch {
  readonly #pid: number;
  readonly #onHang: (silence: Silence) => void;
  #lastBeatAtMs = performance.now();
  #cancel: () => void = () => undefined;

  /** Starts as if a beat had come right now. */
  constructor(pid: number, onHang: (silence: Silence) => void) {
    this.#pid = pid;
    this.#onHang = onHang;
    this.beat();
  }

  beat(): void {
    this.#lastBeatAtMs = performance.now();
    this.#wait((lateMs) => this.#grow(lateMs));
  }

  end(): void {
    this.#cancel();
  }

  #wait(expired: (lateMs: number) => void): void {
    this.#cancel();
    this.#cancel = startPatientTimer(LOOK_MS, expired);
  }

  /** Half of the time is over: a first look, to compare the second one with. */
  #grow(lateMs: number): void {
    if (lateMs > OWN_LATENESS_MS_MAX) {
      this.beat();
      return;
    }
    const before = readPulse(this.#pid);
    const lookedAtMs = performance.now();
    this.#wait((late) => {
      if (late > OWN_LATENESS_MS_MAX) {
        this.beat();
      } else {
        this.#judge(before, lookedAtMs);
      }
    });
  }

  #judge(before: Pulse | undefined, lookedAtMs: number): void {
    const after = readPulse(this.#pid);
    const nowMs = performance.now();
    const silentMs = nowMs - this.#lastBeatAtMs;
    if (isStarved(before, after, nowMs - lookedAtMs) && silentMs < STARVED_MS_MAX) {
      this.#grow(0);
      return;
    }
    // One more turn of the loop: what was written while we looked is read first.
    const lastTurn = setImmediate(() => this.#onHang({ silentMs, processState: after?.state }));
    this.#cancel = () => clearImmediate(lastTurn);
  }
}
