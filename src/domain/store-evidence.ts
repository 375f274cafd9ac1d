// What is known of Redis, folded from its observations: the local replica and the primary.

import type { PrimaryObservation, ReplicaObservation, StoreObservation } from './evidence.js';

type ReplicaLink = Extract<ReplicaObservation, { outcome: 'answered' }>['link'];

export interface ReplicaEvidence {
  /** Undefined before the first look. */
  readonly answers: boolean | undefined;
  readonly answersSinceMs: number;
  readonly lookedAtMs: number;
  readonly link: ReplicaLink | undefined;
  readonly linkSinceMs: number;
  readonly offsetBytes: number;
  readonly databaseSizes: Readonly<Record<number, number>>;
}

export interface PrimaryEvidence {
  /** Undefined before the first look. */
  readonly answers: boolean | undefined;
  readonly answersSinceMs: number;
  readonly lookedAtMs: number;
  readonly offsetBytes: number;
}

/** The replica has yet to reach an offset that the primary had at a known time. */
export interface Arrears {
  readonly targetBytes: number;
  readonly sinceMs: number;
  /** The last look at the replica that found it so: only looks age it, never a stall of ours. */
  readonly seenAtMs: number;
  readonly looksInARow: number;
}

export interface StoreEvidence {
  readonly replica: ReplicaEvidence;
  readonly primary: PrimaryEvidence;
  readonly arrears: Arrears | undefined;
  /** What the replica lacked when both servers were last looked at together. */
  readonly lagBytes: number | undefined;
}

/** Looks at the two servers that are made in one tick are answered within this of each other. */
const TOGETHER_MS_MAX = 100;

export function noStoreEvidence(nowMs: number): StoreEvidence {
  return {
    replica: {
      answers: undefined,
      answersSinceMs: nowMs,
      lookedAtMs: nowMs,
      link: undefined,
      linkSinceMs: nowMs,
      offsetBytes: -1,
      databaseSizes: {},
    },
    primary: { answers: undefined, answersSinceMs: nowMs, lookedAtMs: nowMs, offsetBytes: -1 },
    arrears: undefined,
    lagBytes: undefined,
  };
}

export function foldStore(evidence: StoreEvidence, seen: StoreObservation): StoreEvidence {
  const known =
    seen.kind === 'redis-replica'
      ? { ...evidence, replica: foldReplica(evidence.replica, seen) }
      : { ...evidence, primary: foldPrimary(evidence.primary, seen) };
  return settleArrears({ ...known, lagBytes: lagBytesIn(known) }, seen);
}

/** A replica that was looked at a little later may seem to be ahead of its primary. */
function lagBytesIn({ replica, primary, lagBytes }: StoreEvidence): number | undefined {
  if (replica.answers !== true || primary.answers !== true || replica.link !== 'up') {
    return undefined;
  }
  return Math.abs(replica.lookedAtMs - primary.lookedAtMs) < TOGETHER_MS_MAX
    ? Math.max(0, primary.offsetBytes - replica.offsetBytes)
    : lagBytes;
}

/**
 * Milliseconds by which the replica trailed the primary when it was last looked at; undefined
 * while either is not seen.
 */
export function replicaLagMs(evidence: StoreEvidence): number | undefined {
  if (evidence.replica.answers !== true || evidence.primary.answers !== true) {
    return undefined;
  }
  const { arrears } = evidence;
  return arrears === undefined ? 0 : arrearsMs(arrears);
}

export function arrearsMs({ seenAtMs, sinceMs }: Arrears): number {
  return seenAtMs - sinceMs;
}

function foldReplica(evidence: ReplicaEvidence, seen: ReplicaObservation): ReplicaEvidence {
  const answers = seen.outcome === 'answered';
  const base = {
    ...evidence,
    answers,
    answersSinceMs: evidence.answers === answers ? evidence.answersSinceMs : seen.atMs,
    lookedAtMs: seen.atMs,
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
    lookedAtMs: seen.atMs,
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
function settleArrears(evidence: StoreEvidence, { kind, atMs }: StoreObservation): StoreEvidence {
  const { replica, primary, arrears } = evidence;
  if (replica.answers !== true || primary.answers !== true) {
    return { ...evidence, arrears: undefined };
  }
  const reached = arrears !== undefined && replica.offsetBytes >= arrears.targetBytes;
  if (arrears !== undefined && !reached) {
    const looksInARow = arrears.looksInARow + 1;
    return kind === 'redis-replica'
      ? { ...evidence, arrears: { ...arrears, seenAtMs: atMs, looksInARow } }
      : evidence;
  }
  return {
    ...evidence,
    arrears:
      replica.offsetBytes < primary.offsetBytes
        ? { targetBytes: primary.offsetBytes, sinceMs: atMs, seenAtMs: atMs, looksInARow: 0 }
        : undefined,
  };
}
