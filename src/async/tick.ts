import { clearAlarm, setAlarm, type Alarm } from './shared-timer.js';

/**
 * Calls `work` at once and then every `intervalMs`, until `signal` aborts. Ticks keep to a grid;
 * those that a stall of this process swallowed are left out, not made up for. `lateMs` tells how
 * late a tick is.
 *
 * The grid is the multiples of the interval on the process's clock, so that everything that looks
 * around regularly does it in the same turn: waking up is most of what a look costs. What is to be
 * done at some ticks only asks `tick` for the same reason.
 */
export function tickEvery(
  intervalMs: number,
  work: (lateMs: number, tick: Tick) => void,
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
    work(0, FIRST);
  });
}

/** The place of a tick on the grid. */
export interface Tick {
  /**
   * True for one tick in `n`: those on the multiples of `n` intervals, the same for everybody. One
   * that a stall swallowed is made up for by the tick after it; the first of all is everybody's.
   */
  isOneIn(n: number): boolean;
}

const FIRST: Tick = { isOneIn: () => true };

class Ticker implements Alarm, Tick {
  dueAtMs: number;
  readonly #intervalMs: number;
  readonly #work: (lateMs: number, tick: Tick) => void;
  /** What `dueAtMs` was before the tick that is being done. */
  #wasDueAtMs: number;

  constructor(intervalMs: number, work: (lateMs: number, tick: Tick) => void) {
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
    this.#work(Math.max(0, performance.now() - this.#wasDueAtMs), this);
  }

  isOneIn(n: number): boolean {
    const cycleMs = n * this.#intervalMs;
    return nextGridMs(cycleMs, this.#wasDueAtMs - this.#intervalMs) < this.dueAtMs;
  }
}

/** The first multiple of `intervalMs` behind `afterMs`, on the clock of `performance.now()`. */
export function nextGridMs(intervalMs: number, afterMs: number): number {
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs;
}
