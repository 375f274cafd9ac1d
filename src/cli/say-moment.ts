// Times of a journal for people: UTC, to the millisecond.

/** `2026-11-22 13:04:05.123 UTC`. */
export function sayMoment(atMs: number): string {
  return `${new Date(atMs).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** `13:04:05.123`. */
export function sayTimeOfDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 23);
}

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d(?:\.\d{1,3})?))?$/;
const DATE_AND_TIME = /^\d{4}-\d{2}-\d{2}T/;
const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/;
const DAY_MS = 86_400_000;

/** A time of day is the last such time, in UTC; anything else is ISO 8601, UTC without a zone. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const match = TIME_OF_DAY.exec(text);
  if (match === null) {
    return parseDate(text.replace(' ', 'T'));
  }
  const [, hours, minutes, seconds = '0'] = match;
  const intoDayMs = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1_000;
  const atMs = nowMs - (nowMs % DAY_MS) + intoDayMs;
  return atMs > nowMs ? atMs - DAY_MS : atMs;
}

function parseDate(text: string): number | undefined {
  if (!DATE_AND_TIME.test(text)) {
    return undefined;
  }
  const atMs = Date.parse(ZONE.test(text) ? text : `${text}Z`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
