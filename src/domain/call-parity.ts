// The comparisons by Call-ID, and what was repaired after them.

import type { ParityObservation, RepairObservation } from './evidence.js';
import type { ParityEvidence } from './parity.js';
import type { RelayEvidence } from './relay-evidence.js';
import type { Vip } from './route.js';

/** The latest of each, by the number of the database. */
export interface CallParityEvidence {
  readonly compared: Readonly<Record<number, ParityObservation>>;
  readonly repaired: Readonly<Record<number, RepairObservation>>;
  /** The least that the count has had as a surplus since the home's calls were last compared. */
  readonly surplusThen: number;
}

export const NO_CALL_PARITY: CallParityEvidence = { compared: {}, repaired: {}, surplusThen: 0 };

export function foldCallParity(
  evidence: CallParityEvidence,
  seen: ParityObservation | RepairObservation,
  surplus: number,
): CallParityEvidence {
  if (seen.kind === 'repair') {
    return { ...evidence, repaired: { ...evidence.repaired, [seen.database]: seen } };
  }
  const compared = { ...evidence.compared, [seen.database]: seen };
  return {
    ...evidence,
    compared,
    surplusThen: seen.side === 'home' ? surplus : evidence.surplusThen,
  };
}

/**
 * A surplus that has gone since the comparison must not hide one that comes after it: calls that were
 * accepted while Redis hung end, and then a Redis that restarts empty loses those that are left.
 */
export function followSurplus(evidence: CallParityEvidence, surplus: number): CallParityEvidence {
  return surplus < evidence.surplusThen ? { ...evidence, surplusThen: surplus } : evidence;
}

/**
 * The home's calls that Redis does not keep. Call-IDs are the truth where they were compared, and
 * the count tells what has come since: a host that took calls over for good has more of its own
 * than its database, and all of them are kept.
 */
export function callsUnkept(
  homes: readonly Vip[],
  evidence: {
    readonly callParity: CallParityEvidence;
    readonly relay: RelayEvidence;
    readonly parity: ParityEvidence;
  },
): number {
  const { surplus } = evidence.parity;
  const compared = homes.flatMap((vip) => comparedFor(vip, 'home', evidence) ?? []);
  if (compared.length < homes.length) {
    return surplus;
  }
  const extra = compared.reduce((sum, each) => sum + each.extra, 0);
  return extra + Math.max(0, surplus - evidence.callParity.surplusThen);
}

/** The last comparison of a VIP's calls in this life of the relay, if there was one. */
export function comparedFor(
  { database }: Vip,
  side: ParityObservation['side'],
  { callParity, relay }: { readonly callParity: CallParityEvidence; readonly relay: RelayEvidence },
): ParityObservation | undefined {
  const compared = database === undefined ? undefined : callParity.compared[database];
  return compared?.side === side && compared.atMs >= relay.stateSinceMs ? compared : undefined;
}
