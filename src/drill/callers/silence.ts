/** The longest time without an arrival between opening and closing, the ends included. */
export class Silence {
  #lastMs: number;
  #longestMs = 0;
  #closed = false;

  constructor(openedAtMs: number) {
    this.#lastMs = openedAtMs;
  }

  get longestMs(): number {
    return this.#longestMs;
  }

  heard(atMs: number): void {
    if (!this.#closed) {
      this.#longestMs = Math.max(this.#longestMs, atMs - this.#lastMs);
      this.#lastMs = atMs;
    }
  }

  close(atMs: number): void {
    this.heard(atMs);
    this.#closed = true;
  }
}
