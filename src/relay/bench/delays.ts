// How long packets took, counted in buckets: keeping every value would cost the time that is measured.

const BUCKETS_PER_MS = 100;
const LONGEST_MS = 1_000;
const US_PER_BUCKET = 10;

export class Delays {
  readonly #buckets = new Uint32Array(LONGEST_MS * BUCKETS_PER_MS + 1);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(delayMs: number): void {
    const bucket = Math.floor(Math.min(Math.max(delayMs, 0), LONGEST_MS) * BUCKETS_PER_MS);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
  }

  /** The delay in milliseconds that this share of the packets kept under; 0 when there were none. */
  quantile(share: number): number {
    let left = this.#count * share;
    for (const [bucket, count] of this.#buckets.entries()) {
      left -= count;
      if (left <= 0 && count > 0) {
        return ((bucket + 1) * US_PER_BUCKET) / 1_000;
      }
    }
    return 0;
  }

  clear(): void {
    this.#buckets.fill(0);
    this.#count = 0;
  }
}
