interface Deadline {
  readonly dueAtMs: number;
  readonly expired: (lateMs: number) => void;
}

/**
 * Whoever asks on a regular tick sets the timer anew with the next question, which comes about when
 * the last one's deadline does: a timer a little later does not wake this process for nothing.
 */
const TIMER_MARGIN_MS = 2;

/**
 * The deadlines of questions that are asked all the time, and nearly always answered: they share one
 * timer, since making and clearing one for each would cost more than the question.
 *
 * As with `startPatientTimer` everything that had come in by then is delivered before a deadline
 * has passed, and `lateMs` tells how late the timer itself fired.
 */
export class Deadlines {
  readonly #open = new Set<Deadline>();
  #timer: NodeJS.Timeout | undefined;
  #firesAtMs = Infinity;

  /** Calls `expired` when `limitMs` are over. Returns the way to call it off. */
  start(limitMs: number, expired: (lateMs: number) => void): () => void {
    const deadline = { dueAtMs: performance.now() + limitMs, expired };
    if (this.#open.size === 0) {
      // What the timer was set for has been answered: without this it would wake us for nothing.
      this.#firesAtMs = Infinity;
    }
    this.#open.add(deadline);
    this.#fireBy(deadline.dueAtMs);
    return () => {
      this.#open.delete(deadline);
    };
  }

  /** Calls all of them off and leaves no timer behind. */
  stop(): void {
    this.#open.clear();
    clearTimeout(this.#timer);
    this.#firesAtMs = Infinity;
  }

  #fireBy(atMs: number): void {
    if (atMs >= this.#firesAtMs) {
      return;
    }
    clearTimeout(this.#timer);
    this.#firesAtMs = atMs;
    this.#timer = setTimeout(
      () => this.#fire(),
      Math.ceil(atMs - performance.now()) + TIMER_MARGIN_MS,
    );
  }

  #fire(): void {
    const nowMs = performance.now();
    this.#firesAtMs = Infinity;
    for (const deadline of [...this.#open].sort((a, b) => a.dueAtMs - b.dueAtMs)) {
      if (deadline.dueAtMs > nowMs) {
        this.#fireBy(deadline.dueAtMs);
      } else {
        setImmediate(() => this.#expire(deadline, Math.max(0, nowMs - deadline.dueAtMs)));
      }
    }
  }

  #expire(deadline: Deadline, lateMs: number): void {
    if (this.#open.delete(deadline)) {
      deadline.expired(lateMs);
    }
  }
}
