// What one stream loses, counted while the packets come.

import { Silence } from './silence.js';

/** More packets than a stream sends in an hour. */
const PACKETS_MAX = 1_000_000;
const FIRST_SIZE = 1_024;

export interface WindowReport {
  readonly sent: number;
  readonly lost: number;
  /** Place of the first lost packet among those sent, or null when none was lost. */
  readonly firstLost: number | null;
  readonly duplicates: number;
  readonly reordered: number;
  readonly silenceMs: number;
}

/**
 * Counts from opening to closing. The packets sent in between are what is counted: one that is
 * still on its way when the window closes may arrive later and is not lost.
 */
export class StreamWindow {
  readonly #firstSequence: number;
  readonly #silence: Silence;
  #seen = new Uint8Array(FIRST_SIZE);
  #highest: number;
  #received = 0;
  #duplicates = 0;
  #reordered = 0;
  #endSequence: number | undefined;

  constructor(firstSequence: number, openedAtMs: number) {
    this.#firstSequence = firstSequence;
    this.#highest = firstSequence - 1;
    this.#silence = new Silence(openedAtMs);
  }

  arrived(sequence: number, atMs: number): void {
    this.#silence.heard(atMs);
    const place = sequence - this.#firstSequence;
    const beyond = this.#endSequence !== undefined && sequence >= this.#endSequence;
    if (place >= 0 && place < PACKETS_MAX && !beyond) {
      this.#count(sequence, place);
    }
  }

  /** Ends the window; `nextSequence` is the first packet that no longer counts. */
  close(nextSequence: number, closedAtMs: number): void {
    this.#silence.close(closedAtMs);
    this.#endSequence = nextSequence;
  }

  report(): WindowReport {
    const sent = (this.#endSequence ?? this.#highest + 1) - this.#firstSequence;
    return {
      sent,
      lost: sent - this.#received,
      firstLost: sent === this.#received ? null : this.#firstGap(),
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      silenceMs: this.#silence.longestMs,
    };
  }

  #firstGap(): number {
    const gap = this.#seen.indexOf(0);
    return gap === -1 ? this.#seen.length : gap;
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
