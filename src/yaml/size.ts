// Sizes in the file carry their unit, as durations do. A kB is 1024 bytes.

const BYTES_PER_UNIT = { kB: 1_024, MB: 1_048_576, GB: 1_073_741_824 } as const;
type Unit = keyof typeof BYTES_PER_UNIT;

const SIZE = /^(\d{1,6})(kB|MB|GB)$/;

export const SIZE_SHAPE = 'a size with a unit (kB, MB or GB)';

/** `16MB` in bytes; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  return match === null ? undefined : Number(match[1]) * BYTES_PER_UNIT[match[2] as Unit];
}

/** In the largest unit that needs no fraction: 16777216 is `16MB`. */
export function formatSize(bytes: number): string {
  const units: readonly Unit[] = ['GB', 'MB'];
  const unit = units.find((each) => bytes !== 0 && bytes % BYTES_PER_UNIT[each] === 0) ?? 'kB';
  return `${bytes / BYTES_PER_UNIT[unit]}${unit}`;
}
