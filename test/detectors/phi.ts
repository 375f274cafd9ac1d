// The phi-accrual failure detector: N. Hayashibara, X. Défago, R. Yared, T. Katayama, "The φ Accrual
// Failure Detector", SRDS 2004. The answers are its heartbeats: from the times between them it
// estimates how likely it is that one comes later than now, and φ is minus the power of ten of that.

import type { Detector } from './detector.js';
import { doneAtMs, stalledMs, type Trace } from './trace.js';

export interface PhiSettings {
  /** φ of 8: one alarm in 10^8 looks, if the estimate were right. */
  readonly threshold: number;
  /** Intervals that are remembered; the paper takes 1000. */
  readonly window: number;
  /** Keeps a quiet minute from making it nervous. */
  readonly deviationMsMin: number;
  /** φ is looked at so often. */
  readonly lookMs: number;
  /** Forgets the time in which the looking process itself stood still. */
  readonly knowsStalls: boolean;
}

export function phiAccrual(settings: PhiSettings): Detector {
  const { threshold, deviationMsMin, knowsStalls } = settings;
  const stalls = knowsStalls ? 'own stalls left out' : 'as published';
  return {
    name: `phi ${threshold}, deviation at least ${deviationMsMin} ms, ${stalls}`,
    alarms: (trace) => accrue(trace, settings),
  };
}

function accrue(trace: Trace, settings: PhiSettings): readonly number[] {
  const stalls = settings.knowsStalls ? trace.stalls : [];
  const answers = trace.pings
    .map(({ sentAtMs, delayMs }) => sentAtMs + delayMs)
    .filter((atMs) => atMs < Infinity)
    .sort((left, right) => left - right);
  const arrivals = new Intervals(settings);
  const alarms: number[] = [];
  let silent = false;
  let next = 0;
  for (let lookMs = 0; lookMs < trace.lengthMs; lookMs += settings.lookMs) {
    // The look itself waits for the end of a stall, and the socket is read before it.
    const atMs = doneAtMs(lookMs, trace.stalls);
    for (; (answers[next] ?? Infinity) <= atMs + READ_FIRST_MS; next += 1) {
      arrivals.note(answers[next] ?? 0);
      silent = false;
    }
    const lostMs = stalledMs(stalls, arrivals.lastMs, atMs);
    if (!silent && arrivals.phi(atMs - lostMs) > settings.threshold) {
      alarms.push(atMs);
      silent = true;
    }
  }
  return alarms;
}

/** Answers that lie in the socket when a look begins. */
const READ_FIRST_MS = 5;

/** A window of intervals with its mean and deviation. */
class Intervals {
  readonly #settings: PhiSettings;
  readonly #window: number[] = [];
  #sum = 0;
  #squares = 0;
  lastMs = Number.NaN;

  constructor(settings: PhiSettings) {
    this.#settings = settings;
  }

  note(atMs: number): void {
    if (!Number.isNaN(this.lastMs)) {
      this.#add(atMs - this.lastMs);
    }
    this.lastMs = atMs;
  }

  phi(atMs: number): number {
    const count = this.#window.length;
    if (count < MEANINGFUL_MIN) {
      return 0;
    }
    const mean = this.#sum / count;
    const variance = Math.max(0, this.#squares / count - mean * mean);
    const deviation = Math.max(Math.sqrt(variance), this.#settings.deviationMsMin);
    return -Math.log10(tail((atMs - this.lastMs - mean) / deviation));
  }

  #add(intervalMs: number): void {
    this.#window.push(intervalMs);
    this.#sum += intervalMs;
    this.#squares += intervalMs * intervalMs;
    if (this.#window.length > this.#settings.window) {
      const oldest = this.#window.shift() ?? 0;
      this.#sum -= oldest;
      this.#squares -= oldest * oldest;
    }
  }
}

const MEANINGFUL_MIN = 20;

/** How likely a normal variable is above `z`: the logistic approximation that is usual here. */
function tail(z: number): number {
  const power = Math.exp(-z * (1.5976 + 0.070566 * z * z));
  return z > 0 ? power / (1 + power) : 1 - 1 / (1 + power);
}
