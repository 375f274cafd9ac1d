// One clock for everything that is measured.

/**
 * Milliseconds since the epoch, with fractions: the clock that the sidecars, the callers, the
 * router's monitor and the capture share, since all of them run on one kernel.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * How far the machine's clock has moved away from ours since we started, to a millisecond: it is set
 * or slewed by others, and the kernel stamps packets with it.
 */
export function clockDriftMs(): number {
  return Date.now() - nowMs();
}
