/** A sleep that somebody else can cut short, for a loop that has a reason to look early. */
export class InterruptibleSleep {
  readonly #wakers = new Set<() => void>();

  /** Resolves after `ms`, at `interrupt`, or when `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake, { once: true });
      this.#wakers.add(wake);
    });
  }

  /** Wakes everybody who sleeps now. */
  interrupt(): void {
    for (const wake of [...this.#wakers]) {
      wake();
    }
  }
}
