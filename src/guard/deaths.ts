// How long to wait before the next worker, and when to stop believing in it.

/** A worker that watched for so long was a good one: its death counts as the first. */
const WELL_MS = 5_000;

const DELAY_MS_MIN = 100;
const DELAY_MS_MAX = 5_000;

/** So many deaths in a row, none after a good life, and the worker cannot be kept alive. */
export const DEATHS_MAX = 6;

export class Deaths {
  #inARow = 0;

  /** `watchedMs` is how long the worker had watched its relay. */
  note(watchedMs: number): void {
    this.#inARow = watchedMs >= WELL_MS ? 1 : this.#inARow + 1;
  }

  get inARow(): number {
    return this.#inARow;
  }

  get tooMany(): boolean {
    return this.#inARow >= DEATHS_MAX;
  }

  /** None after the first death, since the calls have nobody; then doubling. */
  get delayMs(): number {
    return this.#inARow <= 1 ? 0 : Math.min(DELAY_MS_MIN * 2 ** (this.#inARow - 2), DELAY_MS_MAX);
  }
}
