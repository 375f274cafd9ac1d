// What one stream loses and how long it is silent, counted while the packets come.

/** More packets than a probe stream sends in fifteen minutes. */
const PACKETS_MAX = 1_000_000;
const FIRST_SIZE = 1_024;

export interface WindowReport {
  readonly sent: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** The longest time without an arrival, the ends of the window included. */
  readonly silenceMs: number;
}

/**
 * Counts from opening to closing. The packets sent in between are what is counted: one that is
 * still on its way when the window closes may arrive later and is not lost.
 */
export class StreamWindow {
  readonly #firstSequence: number;
  #seen = new Uint8Array(FIRST_SIZE);
  #highest: number;
  #received = 0;
  #duplicates = 0;
  #reordered = 0;
  #silenceMs = 0;
  #lastArrivalMs: number;
  #end: { readonly sequence: number } | undefined;

  constructor(firstSequence: number, openedAtMs: number) {
    this.#firstSequence = firstSequence;
    this.#highest = firstSequence - 1;
    this.#lastArrivalMs = openedAtMs;
  }

  arrived(sequence: number, atMs: number): void {
    if (this.#end === undefined) {
      this.#silenceMs = Math.max(this.#silenceMs, atMs - this.#lastArrivalMs);
      this.#lastArrivalMs = atMs;
    }
    const place = sequence - this.#firstSequence;
    const beyond = this.#end !== undefined && sequence >= this.#end.sequence;
    if (place < 0 || place >= PACKETS_MAX || beyond) {
      return;
    }
    this.#count(sequence, place);
  }

  /** Ends the window; `nextSequence` is the first packet that no longer counts. */
  close(nextSequence: number, closedAtMs: number): void {
    this.#silenceMs = Math.max(this.#silenceMs, closedAtMs - this.#lastArrivalMs);
    this.#end = { sequence: nextSequence };
  }

  report(): WindowReport {
    const sent = (this.#end?.sequence ?? this.#highest + 1) - this.#firstSequence;
    return {
      sent,
      lost: sent - this.#received,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      silenceMs: this.#silenceMs,
    };
  }

  #count(sequence: number, place: number): void {
    this.#grow(place);
    if (this.#seen[place] === 1) {
      this.#duplicates += 1;
      return;
    }
    this.#seen[place] = 1;
    this.#received += 1;
    if (sequence < this.#highest) {
      this.#reordered += 1;
    }
    this.#highest = Math.max(this.#highest, sequence);
  }

  #grow(place: number): void {
    if (place < this.#seen.length) {
      return;
    }
    const larger = new Uint8Array(Math.max(place + 1, this.#seen.length * 2));
    larger.set(this.#seen);
    this.#seen = larger;
  }
}
