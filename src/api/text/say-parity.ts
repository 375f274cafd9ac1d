import type { VipParityView } from '../../ports/status-view.js';
import { sayAge, sayClock, sayNumber } from './say-time.js';

/** The comparison by Call-ID of one VIP, as a line for a person. */
export function sayParity(vip: VipParityView, now: string): string {
  const { held, expected, missing, extra, samples, repair } = vip;
  const parts = [
    `vip ${vip.vip} (${vip.side}): ${sayNumber(held)} of ${sayNumber(expected)} held`,
    ...(missing === 0 ? [] : [`${sayNumber(missing)} MISSING (${samples.join(', ')})`]),
    ...(extra === 0 ? [] : [`${sayNumber(extra)} NOT IN REDIS`]),
    `compared ${sayAge(vip.at, now)} ago`,
    ...(repair === null
      ? []
      : [`${sayNumber(repair.healed)} brought back at ${sayClock(repair.at)}`]),
  ];
  return parts.join(', ');
}
