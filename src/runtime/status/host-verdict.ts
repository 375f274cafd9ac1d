import type { SpeakerEvidence } from '../../domain/convergence.js';
import type { Reason } from '../../domain/reasons.js';
import type { StatusView, VipView } from '../../ports/status-view.js';

type HostVerdict = Pick<StatusView, 'verdict' | 'reason' | 'since'>;

/** A VIP that is withdrawn for anything else is on its way up. */
const DOWN: readonly string[] = ['relay-dead', 'relay-hung', 'media-dead'] satisfies Reason[];

const VERDICTS = ['down', 'starting', 'degraded', 'serving', 'ready'] as const;

/**
 * The host's word is that of its worst VIP; a home that serves speaks before a ready standby. A
 * host whose routes reach nobody serves nobody, whatever its VIPs are.
 */
export function hostVerdict(vips: readonly VipView[], speaker: SpeakerEvidence): HostVerdict {
  const words = vips.map((vip) => ({ verdict: verdictOf(vip), vip }));
  for (const verdict of VERDICTS) {
    const found = words.find((word) => word.verdict === verdict);
    if (found !== undefined) {
      const own = { verdict, reason: found.vip.reason, since: found.vip.since };
      return verdict === 'down' || verdict === 'starting' ? own : (cutOff(speaker) ?? own);
    }
  }
  throw new Error('a configuration without VIPs was let in');
}

function cutOff(speaker: SpeakerEvidence): HostVerdict | undefined {
  const reason = whyCutOff(speaker);
  const since = new Date(speaker.reportedAtMs).toISOString();
  return reason && { verdict: 'down', reason, since };
}

/** What nobody can see (a dry run has no sessions) is not held against the host. */
function whyCutOff({ daemon, sessions }: SpeakerEvidence): Reason | undefined {
  if (daemon !== 'up') {
    return daemon === 'unreachable' ? 'daemon-unreachable' : undefined;
  }
  const apart = sessions.every(({ state }) => state !== 'established' && state !== 'unknown');
  return sessions.length > 0 && apart ? 'no-session' : undefined;
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
