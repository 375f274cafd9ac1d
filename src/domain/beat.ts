// What the beat says of replication: written to the primary, seen on the local replica, timed on
// one clock.

import type { BeatObservation } from './evidence.js';

export interface BeatEvidence {
  /** The last look; `unknown` before the first. */
  readonly state: 'unknown' | BeatObservation['outcome'];
  /** Since when the state has been the same. */
  readonly sinceMs: number;
  readonly lookedAtMs: number;
  /** The last round trip, or the age of the oldest beat that was not seen yet. */
  readonly lagMs: number | undefined;
}

export function noBeatEvidence(nowMs: number): BeatEvidence {
  return { state: 'unknown', sinceMs: nowMs, lookedAtMs: nowMs, lagMs: undefined };
}

export function foldBeat(evidence: BeatEvidence, seen: BeatObservation): BeatEvidence {
  return {
    state: seen.outcome,
    sinceMs: evidence.state === seen.outcome ? evidence.sinceMs : seen.atMs,
    lookedAtMs: seen.atMs,
    lagMs: lagIn(seen),
  };
}

function lagIn(seen: BeatObservation): number | undefined {
  switch (seen.outcome) {
    case 'seen':
      return seen.roundTripMs;
    case 'overdue':
      return seen.ageMs;
    case 'unsent':
      return undefined;
  }
}
