// What the beat says of replication: written to the primary, seen on the local replica, timed on
// one clock. A stall of our own makes beats look late that were not read in time, and there is no
// more than one or two of those: only several late ones in a row say something.

import type { BeatObservation } from './evidence.js';
import { BEAT_OVERDUE_MS_MAX, LATE_BEATS_MAX, type Policy } from './policy.js';

export interface BeatEvidence {
  /** The last look; `unknown` before the first. */
  readonly state: 'unknown' | BeatObservation['outcome'];
  readonly lookedAtMs: number;
  /** The last round trip, or the age of the oldest beat that was not seen yet. */
  readonly lagMs: number | undefined;
  /** Beats in a row that took, or have taken, longer than max-lag. */
  readonly lateInARow: number;
  readonly lateSinceMs: number | undefined;
  /** Beats in a row that did not get through as fast as they have to, for whatever reason. */
  readonly stuckInARow: number;
}

export function noBeatEvidence(nowMs: number): BeatEvidence {
  return {
    state: 'unknown',
    lookedAtMs: nowMs,
    lagMs: undefined,
    lateInARow: 0,
    lateSinceMs: undefined,
    stuckInARow: 0,
  };
}

export function foldBeat(
  evidence: BeatEvidence,
  seen: BeatObservation,
  { replicaLagMsMax }: Policy,
): BeatEvidence {
  const lagMs = lagIn(seen);
  const late = lagMs !== undefined && lagMs > replicaLagMsMax;
  const stuck = seen.outcome !== 'seen' && (lagMs ?? Infinity) > BEAT_OVERDUE_MS_MAX;
  return {
    state: seen.outcome,
    lookedAtMs: seen.atMs,
    lagMs,
    lateInARow: late ? evidence.lateInARow + 1 : 0,
    lateSinceMs: late ? (evidence.lateSinceMs ?? seen.atMs) : undefined,
    stuckInARow: stuck ? evidence.stuckInARow + 1 : 0,
  };
}

/** Since when beats have been later than max-lag; undefined while they are not, for all we know. */
export function beatLateSinceMs({ lateInARow, lateSinceMs }: BeatEvidence): number | undefined {
  return lateInARow >= LATE_BEATS_MAX ? lateSinceMs : undefined;
}

export function isBeatStuck({ stuckInARow }: BeatEvidence): boolean {
  return stuckInARow >= LATE_BEATS_MAX;
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
