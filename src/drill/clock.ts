/**
 * Milliseconds since the epoch, with fractions: the clock that the sidecars, the callers, the
 * router's monitor and the capture share, since all of them run on one kernel.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
