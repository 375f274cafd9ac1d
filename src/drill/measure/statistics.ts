/** The smallest value that at least `share` of the values do not exceed; NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[place] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** NaN without values, unlike Math.max. */
export function largest(values: readonly number[]): number {
  return quantile(values, 1);
}

/** To a hundredth: what lies below is the noise of the measuring. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
