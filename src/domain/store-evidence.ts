// What is known of Redis, folded from its observations: the local replica and the primary.

import type { PrimaryObservation, ReplicaObservation, StoreObservation } from './evidence.js';

type ReplicaLink = Extract<ReplicaObservation, { outcome: 'answered' }>['link'];

export interface ReplicaEvidence {
  /** Undefined before the first look. */
  readonly answers: boolean | undefined;
  readonly answersSinceMs: number;
  readonly link: ReplicaLink | undefined;
  readonly linkSinceMs: number;
  readonly offsetBytes: number;
  readonly databaseSizes: Readonly<Record<number, number>>;
}

export interface PrimaryEvidence {
  /** Undefined before the first look. */
  readonly answers: boolean | undefined;
  readonly answersSinceMs: number;
  readonly offsetBytes: number;
}

/** The replica has yet to reach an offset that the primary had at a known time. */
export interface Arrears {
  readonly targetBytes: number;
  readonly sinceMs: number;
}

export interface StoreEvidence {
  readonly replica: ReplicaEvidence;
  readonly primary: PrimaryEvidence;
  readonly arrears: Arrears | undefined;
}

export function noStoreEvidence(nowMs: number): StoreEvidence {
  return {
    replica: {
      answers: undefined,
      answersSinceMs: nowMs,
      link: undefined,
      linkSinceMs: nowMs,
      offsetBytes: -1,
      databaseSizes: {},
    },
    primary: { answers: undefined, answersSinceMs: nowMs, offsetBytes: -1 },
    arrears: undefined,
  };
}

export function foldStore(evidence: StoreEvidence, seen: StoreObservation): StoreEvidence {
  return seen.kind === 'redis-replica'
    ? settleArrears({ ...evidence, replica: foldReplica(evidence.replica, seen) }, seen.atMs)
    : settleArrears({ ...evidence, primary: foldPrimary(evidence.primary, seen) }, seen.atMs);
}

/** Milliseconds by which the replica trails the primary; undefined while either is not seen. */
export function replicaLagMs(evidence: StoreEvidence, nowMs: number): number | undefined {
  if (evidence.replica.answers !== true || evidence.primary.answers !== true) {
    return undefined;
  }
  return evidence.arrears === undefined ? 0 : nowMs - evidence.arrears.sinceMs;
}

function foldReplica(evidence: ReplicaEvidence, seen: ReplicaObservation): ReplicaEvidence {
  const answers = seen.outcome === 'answered';
  const base = {
    ...evidence,
    answers,
    answersSinceMs: evidence.answers === answers ? evidence.answersSinceMs : seen.atMs,
  };
  if (!answers) {
    return base;
  }
  return {
    ...base,
    link: seen.link,
    linkSinceMs: isUp(evidence.link) === isUp(seen.link) ? evidence.linkSinceMs : seen.atMs,
    offsetBytes: seen.offsetBytes,
    databaseSizes: seen.databaseSizes,
  };
}

function foldPrimary(evidence: PrimaryEvidence, seen: PrimaryObservation): PrimaryEvidence {
  const answers = seen.outcome === 'answered';
  return {
    answers,
    answersSinceMs: evidence.answers === answers ? evidence.answersSinceMs : seen.atMs,
    offsetBytes: answers ? seen.offsetBytes : evidence.offsetBytes,
  };
}

function isUp(link: ReplicaLink | undefined): boolean {
  return link === 'up';
}

/**
 * Offsets of two servers are never read at the same instant, so their difference is not a lag. What
 * can be said is whether the replica has reached an offset that the primary had at a known time.
 */
function settleArrears(evidence: StoreEvidence, nowMs: number): StoreEvidence {
  const { replica, primary, arrears } = evidence;
  if (replica.answers !== true || primary.answers !== true) {
    return { ...evidence, arrears: undefined };
  }
  const reached = arrears !== undefined && replica.offsetBytes >= arrears.targetBytes;
  if (arrears !== undefined && !reached) {
    return evidence;
  }
  return {
    ...evidence,
    arrears:
      replica.offsetBytes < primary.offsetBytes
        ? { targetBytes: primary.offsetBytes, sinceMs: nowMs }
        : undefined,
  };
}
