import type { Reason } from '../../domain/reasons.js';
import type { StatusView, VipView } from '../../ports/status-view.js';
import type { CutOff } from '../reach-book.js';

/** A VIP that is withdrawn for anything else is on its way up. */
const DOWN: readonly string[] = ['relay-dead', 'relay-hung', 'media-dead'] satisfies Reason[];

const VERDICTS = ['down', 'starting', 'degraded', 'serving', 'ready'] as const;

/**
 * The host's word is that of its worst VIP; a home that serves speaks before a ready standby. A
 * host whose routes reach nobody serves nobody, whatever its VIPs are.
 */
export function hostVerdict(
  vips: readonly VipView[],
  cutOff: CutOff | undefined,
): Pick<StatusView, 'verdict' | 'reason' | 'since'> {
  const words = vips.map((vip) => ({ verdict: verdictOf(vip), vip }));
  for (const verdict of VERDICTS) {
    const found = words.find((word) => word.verdict === verdict);
    if (found !== undefined) {
      return cutOff === undefined || verdict === 'down' || verdict === 'starting'
        ? { verdict, reason: found.vip.reason, since: found.vip.since }
        : { verdict: 'down', reason: cutOff.reason, since: new Date(cutOff.sinceMs).toISOString() };
    }
  }
  throw new Error('a configuration without VIPs was let in');
}

function verdictOf({ rankName: name, reason }: VipView): StatusView['verdict'] {
  switch (name) {
    case 'unknown':
      return 'starting';
    case 'withdrawn':
      return DOWN.includes(reason) ? 'down' : 'starting';
    case 'home-demoted':
    case 'standby-not-ready':
      return 'degraded';
    case 'home':
      return 'serving';
    case 'standby-ready':
      return 'ready';
  }
}
