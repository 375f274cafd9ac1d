// Times of a journal for people: UTC, to the millisecond.

/** `2026-11-22 13:04:05.123 UTC`. */
export function sayMoment(atMs: number): string {
  return `${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `13:04:05.123`. */
export function sayTimeOfDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}

const TIME_OF_DAY = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,3})?))?$/;
const DAY_MS = 86_400_000;

/** A time of day is the last such time, in UTC; anything else is ISO 8601, UTC without a zone. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const match = TIME_OF_DAY.exec(text);
  if (match === null) {
    const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text.replace(' ', 'T')}Z`;
    const atMs = /^\d{4}-\d{2}-\d{2}T/.test(zoned) ? Date.parse(zoned) : NaN;
    return Number.isNaN(atMs) ? undefined : atMs;
  }
  const [, hours = '', minutes = '', seconds = '0'] = match;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (hour > 23 || minute > 59 || second >= 60) {
    return undefined;
  }
  const atMs = nowMs - (nowMs % DAY_MS) + (hour * 3_600 + minute * 60 + second) * 1_000;
  return atMs > nowMs ? atMs - DAY_MS : atMs;
}
