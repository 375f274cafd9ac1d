// What is known of the media path by the canary call: the own one through this relay, and those of
// the homes that this host stands by for, as the local relay holds them.

import type { ForeignCanaryObservation, RelayCanaryObservation } from './evidence.js';
import type { Policy } from './policy.js';

export interface CanaryEvidence {
  /** The last look that counts; `unknown` before the first. */
  readonly state: 'unknown' | RelayCanaryObservation['outcome'];
  readonly stateSinceMs: number;
  /** What the last miss or absence was told with. */
  readonly detail: string | undefined;
  readonly lookedAtMs: number;
  readonly missesInARow: number;
  /** The first miss since a packet was heard. */
  readonly missedSinceMs: number | undefined;
  readonly roundTripMs: number | undefined;
  /** By the node whose canary it is. */
  readonly foreign: Readonly<Record<string, ForeignCanary>>;
}

export interface ForeignCanary {
  readonly held: boolean;
  readonly absencesInARow: number;
  readonly lookedAtMs: number;
}

export function noCanaryEvidence(nowMs: number): CanaryEvidence {
  return {
    state: 'unknown',
    stateSinceMs: nowMs,
    detail: undefined,
    lookedAtMs: nowMs,
    missesInARow: 0,
    missedSinceMs: undefined,
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
  const looked = {
    ...evidence,
    state: seen.outcome,
    stateSinceMs: evidence.state === seen.outcome ? evidence.stateSinceMs : seen.atMs,
    detail: seen.outcome === 'heard' ? undefined : seen.detail,
    lookedAtMs: seen.atMs,
  };
  switch (seen.outcome) {
    case 'heard':
      return { ...looked, ...NOTHING_MISSED, roundTripMs: seen.roundTripMs };
    case 'absent':
      return { ...looked, ...NOTHING_MISSED };
    case 'missed':
      return seen.lateMs > policy.ownLatenessMsMax
        ? evidence
        : {
            ...looked,
            missesInARow: evidence.missesInARow + 1,
            missedSinceMs: evidence.missedSinceMs ?? seen.atMs,
          };
  }
}

const NOTHING_MISSED = { missesInARow: 0, missedSinceMs: undefined } as const;

function foldForeign(
  known: ForeignCanary | undefined,
  { held, atMs }: ForeignCanaryObservation,
): ForeignCanary {
  const absencesInARow = held ? 0 : (known?.absencesInARow ?? 0) + 1;
  return { held, absencesInARow, lookedAtMs: atMs };
}
