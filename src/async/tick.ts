/**
 * Calls `work` at once and then every `intervalMs`, until `signal` aborts. Ticks keep to their
 * grid; those that a stall of this process swallowed are left out, not made up for. `lateMs` tells
 * how late a tick is.
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
      const nowMs = performance.now();
      const lateMs = Math.max(0, nowMs - dueAtMs);
      dueAtMs = lateMs < intervalMs ? dueAtMs + intervalMs : nowMs + intervalMs;
      timer = setTimeout(tick, dueAtMs - nowMs);
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
