/** The work did not finish within its limit. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`not finished after ${limitMs} ms`);
    this.limitMs = limitMs;
  }
}

/**
 * Runs `work` under a time limit and the caller's own signal, whichever ends it first.
 *
 * Rejects on time even when the work ignores its signal: a limit that trusts the work is no limit.
 * Built on the global `setTimeout`, not `AbortSignal.timeout`, which fake timers cannot reach.
 */
export async function withDeadline<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stopped = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error));
  });

  const cancel = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });
  const timer = setTimeout(() => controller.abort(new DeadlineError(limitMs)), limitMs);
  try {
    return await Promise.race([stopped, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}
