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
    let timer: NodeJS.Timeout | undefined;
    let dueAtMs = performance.now();
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const tick = (): void => {
      const lateMs = Math.max(0, performance.now() - dueAtMs);
      dueAtMs = nextGridMs(intervalMs, Math.max(dueAtMs, performance.now()));
      timer = setTimeout(tick, Math.ceil(dueAtMs - performance.now()));
      work(lateMs);
    };
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', finish, { once: true });
    tick();
  });
}

/** The first multiple of `intervalMs` behind `afterMs`, on the clock of `performance.now()`. */
export function nextGridMs(intervalMs: number, afterMs: number): number {
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs;
}
