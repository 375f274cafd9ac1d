import { clearAlarm, setAlarm, type Alarm } from './shared-timer.js';

/**
 * Calls `work` at once and then every `intervalMs`, until `signal` aborts. Ticks keep to a grid;
 * those that a stall of this process swallowed are left out, not made up for. `lateMs` tells how
 * late a tick is.
 *
 * The grid is the multiples of the interval on the process's clock, so that everything that looks
 * around regularly does it in the same turn: waking up is most of what a look costs.
 */
export function tickEvery(
  intervalMs: number,
  work: (lateMs: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const ticker = new Ticker(intervalMs, work);
    const finish = (): void => {
      clearAlarm(ticker);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    signal.addEventListener('abort', finish, { once: true });
    setAlarm(ticker);
    work(0);
  });
}

class Ticker implements Alarm {
  dueAtMs: number;
  readonly #intervalMs: number;
  readonly #work: (lateMs: number) => void;
  /** What `dueAtMs` was before the tick that is being done. */
  #wasDueAtMs: number;

  constructor(intervalMs: number, work: (lateMs: number) => void) {
    this.#intervalMs = intervalMs;
    this.#work = work;
    this.dueAtMs = nextGridMs(intervalMs, performance.now());
    this.#wasDueAtMs = this.dueAtMs;
  }

  pass(nowMs: number): void {
    this.#wasDueAtMs = this.dueAtMs;
    this.dueAtMs = nextGridMs(this.#intervalMs, Math.max(this.dueAtMs, nowMs));
  }

  ring(): void {
    this.#work(Math.max(0, performance.now() - this.#wasDueAtMs));
  }
}

/** The first multiple of `intervalMs` behind `afterMs`, on the clock of `performance.now()`. */
export function nextGridMs(intervalMs: number, afterMs: number): number {
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs;
}
