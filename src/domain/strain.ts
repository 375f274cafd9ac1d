// Something that is bad now and then, and counts only once it has been bad for long enough: a
// bucket that bad time fills and good time empties. While all is well it is empty and stays so.

export interface Strain {
  readonly filledMs: number;
  /** It has been full and has not been empty since. */
  readonly full: boolean;
}

export const NO_STRAIN: Strain = { filledMs: 0, full: false };

/** `byMs` is negative for good time. The bucket is full at `limitMs` and holds no more. */
export function fill(strain: Strain, byMs: number, limitMs: number): Strain {
  const filledMs = Math.min(limitMs, Math.max(0, strain.filledMs + byMs));
  return { filledMs, full: filledMs >= limitMs || (strain.full && filledMs > 0) };
}
