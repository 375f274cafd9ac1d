// Whether the relay holds the sessions that Redis keeps: by count, for the home's own sessions and
// for the foreign ones of a standby.
//
// The relay is counted once a second and the databases five times, never at the same instant. A
// count is therefore held against the smaller of the database sizes just before and just after
// it: calls that came or went in between are then never taken for missing ones.

import type { SessionCount } from './relay-evidence.js';
import { SHORT_COUNTS_MAX } from './policy.js';
import type { Vip } from './route.js';

/** Proven once a count found nothing missing; unproven again after several short ones in a row. */
export interface Proof {
  readonly proven: boolean;
  readonly shortInARow: number;
  /** The first of the counts in a row that found sessions missing. */
  readonly shortSinceMs: number | undefined;
  /** Sessions missing at the last count; negative when the relay holds more than Redis. */
  readonly missing: number | undefined;
}

export interface ParityEvidence {
  readonly home: Proof;
  readonly standby: Proof;
  /**
   * The home's own sessions beyond the larger of the two sizes: calls that Redis does not keep, and
   * none that came or went between the looks.
   */
  readonly surplus: number;
  /** A count that waits for the database sizes after it. */
  readonly pending: { readonly count: SessionCount; readonly sizesBefore: Sizes } | undefined;
}

type Sizes = Readonly<Record<number, number>>;

const NO_PROOF: Proof = {
  proven: false,
  shortInARow: 0,
  shortSinceMs: undefined,
  missing: undefined,
};

export const NO_PARITY: ParityEvidence = {
  home: NO_PROOF,
  standby: NO_PROOF,
  surplus: 0,
  pending: undefined,
};

export function noteCount(
  evidence: ParityEvidence,
  count: SessionCount,
  sizesBefore: Sizes,
): ParityEvidence {
  return { ...evidence, pending: { count, sizesBefore } };
}

export function noteSizes(
  evidence: ParityEvidence,
  sizesAfter: Sizes,
  vips: readonly Vip[],
): ParityEvidence {
  if (evidence.pending === undefined) {
    return evidence;
  }
  const { count, sizesBefore } = evidence.pending;
  const keys = (kind: Vip['role']['kind']): readonly number[] =>
    [sizesBefore, sizesAfter].map((sizes) => keysOf(vips, kind, sizes));
  return {
    home: weigh(evidence.home, Math.min(...keys('home')) - count.own, count.atMs),
    standby: weigh(evidence.standby, Math.min(...keys('standby')) - count.foreign, count.atMs),
    surplus: Math.max(0, count.own - Math.max(...keys('home'))),
    pending: undefined,
  };
}

function keysOf(vips: readonly Vip[], kind: Vip['role']['kind'], sizes: Sizes): number {
  return vips
    .filter((vip) => vip.role.kind === kind)
    .flatMap(({ database }) => (database === undefined ? [] : [sizes[database] ?? 0]))
    .reduce((sum, size) => sum + size, 0);
}

function weigh(proof: Proof, missing: number, atMs: number): Proof {
  if (missing <= 0) {
    return { ...NO_PROOF, proven: true, missing };
  }
  const shortInARow = proof.shortInARow + 1;
  const shortSinceMs = proof.shortSinceMs ?? atMs;
  const proven = proof.proven && shortInARow < SHORT_COUNTS_MAX;
  return { proven, shortInARow, shortSinceMs, missing };
}
