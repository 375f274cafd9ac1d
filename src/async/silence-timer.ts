/**
 * Tells when an answer is overdue. For questions that are asked all the time: they share one timer,
 * since making and clearing one for each would cost more than the question.
 *
 * Like `startPatientTimer` it lets everything be delivered first that has come in by then.
 */
export class SilenceTimer {
  readonly #timer: NodeJS.Timeout;
  #question = 0;
  #waiting = false;

  constructor(limitMs: number, onSilent: () => void) {
    this.#timer = setTimeout(() => {
      if (!this.#waiting) {
        return;
      }
      const question = this.#question;
      setImmediate(() => {
        if (this.#waiting && this.#question === question) {
          onSilent();
        }
      });
    }, limitMs);
  }

  asked(): void {
    this.#question += 1;
    this.#waiting = true;
    this.#timer.refresh();
  }

  answered(): void {
    this.#waiting = false;
  }

  stop(): void {
    this.#waiting = false;
    clearTimeout(this.#timer);
  }
}
