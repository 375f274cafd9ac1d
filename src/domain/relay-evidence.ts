// What is known of the local relay, folded from its observations.

import type {
  RelayConnectionObservation,
  RelayPingObservation,
  RelaySessionsObservation,
  RelayState,
} from './evidence.js';
import { DOUBT_MISSES, EVIDENCE_AGE_MS_MAX, type DegradedPolicy, type Policy } from './policy.js';
import { fill, NO_STRAIN, type Strain } from './strain.js';

/** Looks at the relay's process: whether it is there, answers, and what it counts. */
export type RelayLook =
  RelayConnectionObservation | RelayPingObservation | RelaySessionsObservation;

export interface SessionCount {
  readonly own: number;
  readonly foreign: number;
  readonly total: number;
  readonly atMs: number;
}

export interface RelayEvidence {
  readonly state: RelayState;
  readonly stateSinceMs: number;
  readonly connection: 'unknown' | RelayConnectionObservation['state'];
  readonly missesInARow: number;
  /** Since when it is doubted: the second ping in a row that was not answered. */
  readonly doubtedSinceMs: number | undefined;
  readonly refusalsInARow: number;
  readonly refusedAtMs: number | undefined;
  readonly pingMs: number | undefined;
  /** When a ping last ended in an answer, a refusal or a miss that counts. */
  readonly lookedAtMs: number;
  /** The first sign of trouble since the last answer: an ended connection or a missed ping. */
  readonly firstSignAtMs: number | undefined;
  /** Slow pings, and lost ones. */
  readonly slow: Strain;
  readonly lossy: Strain;
  /** Since when it has been watched without a break and has told no count. */
  readonly uncountedSinceMs: number | undefined;
  /** The count of this life of the relay; forgotten when it dies. */
  readonly sessions: SessionCount | undefined;
}

/** Two refused pings in a row are a death also where no connection is held open. */
const REFUSALS_MAX = 2;

/** One ICMP message may refuse every ping that is under way; it is one witness all the same. */
const REFUSALS_APART_MS_MIN = 10;

/** Time without a look says nothing; of a longer pause only so much counts as good or bad. */
const LOOKS_APART_MS_MAX = 200;

/** States in which a refusal says nothing new. */
const CLOSED: readonly RelayEvidence['connection'][] = ['unknown', 'refused', 'gone'];

export function noRelayEvidence(nowMs: number): RelayEvidence {
  return {
    state: 'unknown',
    stateSinceMs: nowMs,
    connection: 'unknown',
    missesInARow: 0,
    doubtedSinceMs: undefined,
    refusalsInARow: 0,
    refusedAtMs: undefined,
    slow: NO_STRAIN,
    lossy: NO_STRAIN,
    uncountedSinceMs: undefined,
    pingMs: undefined,
    lookedAtMs: nowMs,
    firstSignAtMs: undefined,
    sessions: undefined,
  };
}

export function foldRelay(evidence: RelayEvidence, seen: RelayLook, policy: Policy): RelayEvidence {
  switch (seen.kind) {
    case 'relay-connection':
      return foldConnection(evidence, seen);
    case 'relay-ping':
      return foldPing(evidence, seen, policy);
    case 'relay-sessions':
      return evidence.state === 'dead'
        ? evidence
        : { ...evidence, sessions: seen, uncountedSinceMs: undefined };
  }
}

/**
 * The end of the connection alone says nothing: somebody may have closed it. An immediate
 * reconnect that finds nobody listening is the proof. A port that was never open while the relay
 * answers its pings proves nothing either: the configuration names the wrong one.
 */
function foldConnection(evidence: RelayEvidence, seen: RelayConnectionObservation): RelayEvidence {
  const wasOpen = !CLOSED.includes(evidence.connection);
  const connected = { ...evidence, connection: seen.state };
  const next = seen.state === 'open' ? connected : noteSign(connected, seen.atMs);
  const refused = seen.state === 'refused' && (wasOpen || evidence.state === 'unknown');
  const dead = refused || seen.state === 'gone';
  return dead ? die(next, seen.atMs) : next;
}

function foldPing(
  evidence: RelayEvidence,
  seen: RelayPingObservation,
  policy: Policy,
): RelayEvidence {
  switch (seen.outcome) {
    case 'answered':
      return enter(
        {
          ...strained(evidence, seen, policy.degraded),
          missesInARow: 0,
          doubtedSinceMs: undefined,
          refusalsInARow: 0,
          uncountedSinceMs: watchedSinceMs(evidence, seen.atMs),
          pingMs: seen.roundTripMs,
          lookedAtMs: seen.atMs,
          firstSignAtMs: undefined,
        },
        'alive',
        seen.atMs,
      );
    case 'missed':
      return seen.lateMs > policy.ownLatenessMsMax
        ? evidence
        : miss({ ...evidence, refusalsInARow: 0 }, seen, policy);
    case 'refused':
      return refuse(evidence, seen, policy);
  }
}

function refuse(
  evidence: RelayEvidence,
  seen: RelayPingObservation,
  policy: Policy,
): RelayEvidence {
  const { refusedAtMs } = evidence;
  const again = refusedAtMs !== undefined && seen.atMs - refusedAtMs < REFUSALS_APART_MS_MIN;
  const refusalsInARow = again ? evidence.refusalsInARow : evidence.refusalsInARow + 1;
  const refused = { ...evidence, refusalsInARow, refusedAtMs: again ? refusedAtMs : seen.atMs };
  const counted = miss(refused, seen, policy);
  // An open connection contradicts the refusal: the process lives, only its ng port is closed.
  return counted.refusalsInARow >= REFUSALS_MAX && counted.connection !== 'open'
    ? die(counted, seen.atMs)
    : counted;
}

function miss(evidence: RelayEvidence, seen: RelayPingObservation, policy: Policy): RelayEvidence {
  const { atMs } = seen;
  const missesInARow = evidence.missesInARow + 1;
  const loss = strained(evidence, seen, policy.degraded);
  const doubted = missesInARow >= Math.min(DOUBT_MISSES, policy.missesMax);
  const doubtedSinceMs = evidence.doubtedSinceMs ?? (doubted ? atMs : undefined);
  const counted = noteSign({ ...loss, missesInARow, doubtedSinceMs, lookedAtMs: atMs }, atMs);
  const silent = counted.missesInARow >= policy.missesMax && counted.state !== 'dead';
  return silent ? enter(counted, 'silent', atMs) : counted;
}

function noteSign(evidence: RelayEvidence, atMs: number): RelayEvidence {
  return { ...evidence, firstSignAtMs: evidence.firstSignAtMs ?? atMs };
}

/** Slow and lost pings fill a bucket each, the others empty it; see strain.ts. */
function strained(
  evidence: RelayEvidence,
  seen: RelayPingObservation,
  { pingMs, errorShare, forMs }: DegradedPolicy,
): RelayEvidence {
  const gapMs = Math.min(seen.atMs - evidence.lookedAtMs, LOOKS_APART_MS_MAX);
  const lost = seen.outcome !== 'answered';
  const slow = !lost && pingMs !== undefined && seen.roundTripMs > pingMs;
  // At the limit itself so many good pings empty the bucket as the lost ones have filled.
  const lossMs = errorShare === undefined ? 0 : (gapMs * (1 - errorShare)) / errorShare;
  return {
    ...evidence,
    slow: fill(evidence.slow, slow ? gapMs : -gapMs, forMs),
    lossy: fill(evidence.lossy, lost ? lossMs : -gapMs, forMs),
  };
}

function watchedSinceMs(evidence: RelayEvidence, atMs: number): number | undefined {
  if (evidence.sessions !== undefined) {
    return undefined;
  }
  const blind = atMs - evidence.lookedAtMs >= EVIDENCE_AGE_MS_MAX;
  return evidence.state !== 'alive' || blind ? atMs : evidence.uncountedSinceMs;
}

function die(evidence: RelayEvidence, atMs: number): RelayEvidence {
  return enter({ ...evidence, sessions: undefined, lookedAtMs: atMs }, 'dead', atMs);
}

function enter(evidence: RelayEvidence, state: RelayState, atMs: number): RelayEvidence {
  return evidence.state === state ? evidence : { ...evidence, state, stateSinceMs: atMs };
}
