// Which beats were sent and not yet seen, and since when. Time in which this process stood still is
// taken out: a beat that lay in our own socket meanwhile was not late.

/** Beats that are remembered; of more the oldest is kept, for its age, and the latest. */
const BEATS_MAX = 64;

export class BeatLedger {
  readonly #sentAtMs = new Map<number, number>();
  #sequence: number;

  /** Beats of an earlier life of this sidecar may still be on their way: no number comes twice. */
  constructor(firstSequence: number) {
    this.#sequence = firstSequence;
  }

  send(nowMs: number): number {
    this.#sequence += 1;
    this.#sentAtMs.set(this.#sequence, nowMs);
    const second = [...this.#sentAtMs.keys()][1];
    if (this.#sentAtMs.size > BEATS_MAX && second !== undefined) {
      this.#sentAtMs.delete(second);
    }
    return this.#sequence;
  }

  /**
   * The round trip of a beat that has come out, or undefined when it is not one that is waited
   * for. It answers for all before it too: some are lost for good in a full synchronisation.
   */
  see(sequence: number, nowMs: number): number | undefined {
    const sentAtMs = this.#sentAtMs.get(sequence);
    if (sentAtMs === undefined) {
      return undefined;
    }
    for (const earlier of this.#sentAtMs.keys()) {
      if (earlier <= sequence) {
        this.#sentAtMs.delete(earlier);
      }
    }
    return Math.max(0, nowMs - sentAtMs);
  }

  /** The connection ended before the primary said that it took this one. */
  forget(sequence: number): void {
    this.#sentAtMs.delete(sequence);
  }

  /** The age of the oldest beat that was not seen yet; undefined when all were. */
  oldestAgeMs(nowMs: number): number | undefined {
    const [sentAtMs] = this.#sentAtMs.values();
    return sentAtMs === undefined ? undefined : nowMs - sentAtMs;
  }

  /** This process stood still for so long: that time counts for nobody. */
  standStill(ms: number): void {
    for (const [sequence, sentAtMs] of this.#sentAtMs) {
      this.#sentAtMs.set(sequence, sentAtMs + ms);
    }
  }
}
