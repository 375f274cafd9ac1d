// What is known of the local relay, folded from its observations.

import type {
  RelayConnectionObservation,
  RelayPingObservation,
  RelaySessionsObservation,
  RelayState,
} from './evidence.js';
import type { Policy } from './policy.js';

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
  readonly refusalsInARow: number;
  readonly pingMs: number | undefined;
  /** When a ping last ended in an answer, a refusal or a miss that counts. */
  readonly lookedAtMs: number;
  /** The first sign of trouble since the last answer: an ended connection or a missed ping. */
  readonly firstSignAtMs: number | undefined;
  /** The count of this life of the relay; forgotten when it dies. */
  readonly sessions: SessionCount | undefined;
}

/** Two refused pings in a row are a death also where no connection is held open. */
const REFUSALS_MAX = 2;

/** States in which a refusal says nothing new. */
const CLOSED: readonly RelayEvidence['connection'][] = ['unknown', 'refused', 'gone'];

export function noRelayEvidence(nowMs: number): RelayEvidence {
  return {
    state: 'unknown',
    stateSinceMs: nowMs,
    connection: 'unknown',
    missesInARow: 0,
    refusalsInARow: 0,
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
      return evidence.state === 'dead' ? evidence : { ...evidence, sessions: seen };
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
          ...evidence,
          missesInARow: 0,
          refusalsInARow: 0,
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
        : miss({ ...evidence, refusalsInARow: 0 }, seen.atMs, policy);
    case 'refused':
      return refuse(evidence, seen.atMs, policy);
  }
}

function refuse(evidence: RelayEvidence, atMs: number, policy: Policy): RelayEvidence {
  const counted = miss({ ...evidence, refusalsInARow: evidence.refusalsInARow + 1 }, atMs, policy);
  // An open connection contradicts the refusal: the process lives, only its ng port is closed.
  return counted.refusalsInARow >= REFUSALS_MAX && counted.connection !== 'open'
    ? die(counted, atMs)
    : counted;
}

function miss(evidence: RelayEvidence, atMs: number, policy: Policy): RelayEvidence {
  const missesInARow = evidence.missesInARow + 1;
  const counted = noteSign({ ...evidence, missesInARow, lookedAtMs: atMs }, atMs);
  const silent = counted.missesInARow >= policy.missesMax && counted.state !== 'dead';
  return silent ? enter(counted, 'silent', atMs) : counted;
}

function noteSign(evidence: RelayEvidence, atMs: number): RelayEvidence {
  return { ...evidence, firstSignAtMs: evidence.firstSignAtMs ?? atMs };
}

function die(evidence: RelayEvidence, atMs: number): RelayEvidence {
  return enter({ ...evidence, sessions: undefined, lookedAtMs: atMs }, 'dead', atMs);
}

function enter(evidence: RelayEvidence, state: RelayState, atMs: number): RelayEvidence {
  return evidence.state === state ? evidence : { ...evidence, state, stateSinceMs: atMs };
}
