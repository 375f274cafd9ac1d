import type { VirtualTime } from './virtual-time.js';

/** Reports what has been bad without a break for longer than it may be. */
export class Lasting {
  readonly #time: VirtualTime;
  readonly #report: (claim: string, detail: string) => void;
  readonly #badSinceMs = new Map<string, number>();

  constructor(time: VirtualTime, report: (claim: string, detail: string) => void) {
    this.#time = time;
    this.#report = report;
  }

  note(claim: string, about: string, bad: boolean, limitMs: number): void {
    const key = `${claim} ${about}`;
    if (!bad) {
      this.#badSinceMs.delete(key);
      return;
    }
    const { nowMs } = this.#time;
    const sinceMs = this.#badSinceMs.get(key);
    if (sinceMs === undefined) {
      this.#badSinceMs.set(key, nowMs);
    } else if (nowMs - sinceMs > limitMs) {
      this.#badSinceMs.set(key, Infinity);
      this.#report(claim, `${about}, for more than ${limitMs} ms`);
    }
  }
}
