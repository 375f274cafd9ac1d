// What is known of the media path by the canary call: the own one through this relay, and those of
// the homes that this host stands by for, as the local relay holds them.

import type { ForeignCanaryObservation, RelayCanaryObservation } from './evidence.js';
import { DOUBT_MISSES, type Policy } from './policy.js';

export interface CanaryEvidence {
  /** The last look that counts; `unknown` before the first. */
  readonly state: 'unknown' | RelayCanaryObservation['outcome'];
  readonly stateSinceMs: number;
  /** What the last miss or absence was told with. */
  readonly detail: string | undefined;
  readonly missesInARow: number;
  /** Since when the media is doubted: the second miss in a row. */
  readonly doubtedSinceMs: number | undefined;
  /** Since when the media counts as dead; a packet that is heard ends it. */
  readonly deadSinceMs: number | undefined;
  /** Since when the media has not counted as dead. */
  readonly soundSinceMs: number;
  readonly roundTripMs: number | undefined;
  /** By the node whose canary it is. */
  readonly foreign: Readonly<Record<string, ForeignCanary>>;
}

export interface ForeignCanary {
  readonly held: boolean;
  readonly absencesInARow: number;
  readonly lookedAtMs: number;
}

/** A call that cannot be set up again for so long says nothing of the media any more. */
const ABSENT_MS_MAX = 60_000;

export function noCanaryEvidence(nowMs: number): CanaryEvidence {
  return {
    state: 'unknown',
    stateSinceMs: nowMs,
    detail: undefined,
    missesInARow: 0,
    doubtedSinceMs: undefined,
    deadSinceMs: undefined,
    soundSinceMs: nowMs,
    roundTripMs: undefined,
    foreign: {},
  };
}

export function foldCanary(
  evidence: CanaryEvidence,
  seen: RelayCanaryObservation | ForeignCanaryObservation,
  policy: Policy,
): CanaryEvidence {
  if (seen.kind === 'foreign-canary') {
    const known = evidence.foreign[seen.of];
    return { ...evidence, foreign: { ...evidence.foreign, [seen.of]: foldForeign(known, seen) } };
  }
  const { state, stateSinceMs } = evidence;
  const since = state === seen.outcome ? stateSinceMs : seen.atMs;
  const detail = seen.outcome === 'heard' ? undefined : seen.detail;
  const looked = { ...evidence, state: seen.outcome, stateSinceMs: since, detail };
  switch (seen.outcome) {
    case 'heard':
      return { ...revive(looked, seen.atMs), roundTripMs: seen.roundTripMs };
    case 'absent':
      // That the call is gone does not bring dead media back to life; a new call may show it.
      return evidence.deadSinceMs === undefined || seen.atMs - since >= ABSENT_MS_MAX
        ? revive(looked, seen.atMs)
        : looked;
    case 'missed':
      return seen.lateMs > policy.ownLatenessMsMax
        ? evidence
        : miss(looked, seen.atMs, policy.canaryMissesMax);
  }
}

function miss(evidence: CanaryEvidence, atMs: number, missesMax: number): CanaryEvidence {
  const missesInARow = evidence.missesInARow + 1;
  const sinceMiss = (known: number | undefined, count: number): number | undefined =>
    known ?? (missesInARow >= count ? atMs : undefined);
  return {
    ...evidence,
    missesInARow,
    doubtedSinceMs: sinceMiss(evidence.doubtedSinceMs, Math.min(DOUBT_MISSES, missesMax)),
    deadSinceMs: sinceMiss(evidence.deadSinceMs, missesMax),
  };
}

function revive(evidence: CanaryEvidence, atMs: number): CanaryEvidence {
  return {
    ...evidence,
    missesInARow: 0,
    doubtedSinceMs: undefined,
    deadSinceMs: undefined,
    soundSinceMs: evidence.deadSinceMs === undefined ? evidence.soundSinceMs : atMs,
  };
}

function foldForeign(
  known: ForeignCanary | undefined,
  { held, atMs }: ForeignCanaryObservation,
): ForeignCanary {
  const absencesInARow = held ? 0 : (known?.absencesInARow ?? 0) + 1;
  return { held, absencesInARow, lookedAtMs: atMs };
}
