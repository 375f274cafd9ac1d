/** Time for observations and decisions. */
export interface Clock {
  /**
   * Milliseconds since the Unix epoch, with fractions, that never step: the wall clock at the start
   * of the process plus the monotonic time since. Comparable between processes of one machine.
   */
  nowMs(): number;
}
