// Times and numbers as people read them.

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
];

/** `3 h 12 min`: the two largest units, since nobody asks for seconds after a day. */
export function sayUpTime(seconds: number): string {
  let left = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(left / unit.seconds);
    left -= count * unit.seconds;
    if (count > 0) {
      parts.push(`${count} ${unit.name}`);
    }
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}

export function sayAge(fromIso: string, nowIso: string): string {
  return sayUpTime((Date.parse(nowIso) - Date.parse(fromIso)) / 1000);
}

/** `2026-11-22 11:50:10 UTC` of an ISO 8601 time. */
export function sayClock(iso: string | null): string {
  return iso === null ? 'not known' : `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

export function sayMs(ms: number | null): string {
  if (ms === null) {
    return 'not known';
  }
  return `${ms < 10 ? ms.toFixed(1) : sayNumber(Math.round(ms))} ms`;
}

/** Thousands apart, the same in every locale: `18,000`. */
export function sayNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
