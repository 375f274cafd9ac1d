// Durations in the file carry their unit, so that nobody has to know which one a key means.

const MS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof MS_PER_UNIT;

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;

export const DURATION_SHAPE = 'a duration with a unit (ms, s, m or h)';

/** `50ms`, `1.5s`, `10m`, `2h` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) {
    return undefined;
  }
  return Number(match[1]) * MS_PER_UNIT[match[2] as Unit];
}

/** In the largest unit that needs no fraction: 10000 is `10s`, 1500 is `1500ms`. */
export function formatDuration(ms: number): string {
  const units: readonly Unit[] = ['h', 'm', 's'];
  const unit = units.find((each) => ms !== 0 && ms % MS_PER_UNIT[each] === 0) ?? 'ms';
  return `${ms / MS_PER_UNIT[unit]}${unit}`;
}
