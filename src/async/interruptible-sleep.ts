/**
 * The sleep of one loop, which somebody else can cut short when there is a reason to go on. An
 * interruption that finds the loop awake is kept for its next sleep, so that none is ever lost.
 */
export class InterruptibleSleep {
  #wake: (() => void) | undefined;
  #interrupted = false;

  /** Resolves after `ms` or at `interrupt`, whichever is first. */
  sleep(ms: number): Promise<void> {
    if (this.#interrupted) {
      this.#interrupted = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wake = wake;
    });
  }

  interrupt(): void {
    if (this.#wake === undefined) {
      this.#interrupted = true;
    } else {
      this.#wake();
    }
  }
}
