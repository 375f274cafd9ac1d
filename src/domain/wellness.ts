// Whether the relay is known to be unwell without being dead. Doubt comes first: from then on this
// host no longer tells its peers that it is well, so that whoever hears that it is knows that it was
// not in doubt when it said so.

import type { SpeakerEvidence } from './convergence.js';
import type { Evidence } from './observe.js';

/** What this host tells its peers: it serves, and the router hears of it. */
export function isWell({
  evidence: { relay, canary },
  speaker,
}: {
  readonly evidence: Pick<Evidence, 'relay' | 'canary'>;
  readonly speaker: SpeakerEvidence;
}): boolean {
  return (
    relay.state === 'alive' &&
    relay.doubtedSinceMs === undefined &&
    canary.doubtedSinceMs === undefined &&
    isHeard(speaker)
  );
}

/** A rank that is told to nobody carries nobody's calls. */
function isHeard({ daemon, sessions }: SpeakerEvidence): boolean {
  return daemon === 'up' && sessions.some(({ state }) => state === 'established');
}

/**
 * Since when a relay that is silent, or whose media is dead, has been in doubt without a break;
 * undefined while it is neither.
 */
export function unwellSinceMs({ relay, canary }: Evidence): number | undefined {
  const silent = relay.state === 'silent';
  if (!silent && canary.deadSinceMs === undefined) {
    return undefined;
  }
  const doubts = [silent ? relay.doubtedSinceMs : undefined, canary.doubtedSinceMs];
  return Math.min(...doubts.filter((sinceMs) => sinceMs !== undefined));
}

/**
 * Since when the relay has been able to carry calls, as far as it can be asked; undefined while it
 * is not known to.
 */
export function soundSinceMs({ relay, canary }: Evidence): number | undefined {
  return relay.state === 'alive' && canary.deadSinceMs === undefined
    ? Math.max(relay.stateSinceMs, canary.soundSinceMs)
    : undefined;
}
