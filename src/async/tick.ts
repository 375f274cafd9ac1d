interface Ticker {
  readonly intervalMs: number;
  readonly work: (lateMs: number) => void;
  dueAtMs: number;
  /** What `dueAtMs` was before the tick that is being done. */
  wasDueAtMs: number;
}

/** Timers come on whole milliseconds, up to one too early; what is due within that is due. */
const TIMER_SLACK_MS = 1;

/** All that look around regularly share one timer, and with it the turn of the event loop. */
const tickers = new Set<Ticker>();
let timer: NodeJS.Timeout | undefined;
let firesAtMs = Infinity;

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
    const dueAtMs = nextGridMs(intervalMs, performance.now());
    const ticker: Ticker = { intervalMs, work, dueAtMs, wasDueAtMs: dueAtMs };
    const finish = (): void => {
      tickers.delete(ticker);
      signal.removeEventListener('abort', finish);
      setTimer();
      resolve();
    };
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', finish, { once: true });
    tickers.add(ticker);
    setTimer();
    work(0);
  });
}

/** The first multiple of `intervalMs` behind `afterMs`, on the clock of `performance.now()`. */
export function nextGridMs(intervalMs: number, afterMs: number): number {
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs;
}

/** Sets the timer for the tick that is due first; leaves none behind when there is no more to come. */
function setTimer(): void {
  let dueAtMs = Infinity;
  for (const ticker of tickers) {
    dueAtMs = Math.min(dueAtMs, ticker.dueAtMs);
  }
  if (dueAtMs === firesAtMs) {
    return;
  }
  clearTimeout(timer);
  firesAtMs = dueAtMs;
  timer =
    dueAtMs === Infinity ? undefined : setTimeout(fire, Math.ceil(dueAtMs - performance.now()));
}

function fire(): void {
  const nowMs = performance.now();
  const due: Ticker[] = [];
  for (const ticker of tickers) {
    if (ticker.dueAtMs <= nowMs + TIMER_SLACK_MS) {
      due.push(ticker);
      ticker.wasDueAtMs = ticker.dueAtMs;
      ticker.dueAtMs = nextGridMs(ticker.intervalMs, Math.max(ticker.dueAtMs, nowMs));
    }
  }
  timer = undefined;
  firesAtMs = -Infinity;
  setTimer();
  for (const ticker of due) {
    // One that was ended by another in this very turn has nothing to do any more.
    if (tickers.has(ticker)) {
      ticker.work(Math.max(0, performance.now() - ticker.wasDueAtMs));
    }
  }
}
