// A bound on how many commands are carried out in a second: media goes through the same thread.

/** Ten times what a relay of 25,000 sessions is asked when calls last three minutes. */
const COMMANDS_PER_SECOND = 4_000;
/** So many may come at once, after a quiet moment. */
const BURST = 1_000;
const MS_PER_SECOND = 1_000;

export class CommandLimit {
  #left = BURST;
  #atMs = 0;

  /** Whether one more command may be carried out now. */
  admits(nowMs: number): boolean {
    const earned = ((nowMs - this.#atMs) * COMMANDS_PER_SECOND) / MS_PER_SECOND;
    this.#left = Math.min(BURST, this.#left + earned);
    this.#atMs = nowMs;
    if (this.#left < 1) {
      return false;
    }
    this.#left -= 1;
    return true;
  }
}
