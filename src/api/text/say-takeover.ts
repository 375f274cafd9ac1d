import type { TakeoverView } from '../../ports/status-view.js';
import { sayAge, sayNumber } from './say-time.js';

/** What a home said before it let go, and what was held here afterwards. */
export function sayTakeover(takeover: TakeoverView, now: string): string {
  const { vip, from, at, relay, callsBefore, atRiskSaid, callsHeld, callsLost } = takeover;
  const say = (count: number | null): string => (count === null ? 'unknown' : sayNumber(count));
  return (
    `${vip} from ${from} ${sayAge(at, now)} ago, its relay ${relay}; of ${say(callsBefore)} calls ` +
    `${say(atRiskSaid)} were said to be at risk, ${say(callsHeld)} were held here, ` +
    `${say(callsLost)} lost`
  );
}
