// The comparisons by Call-ID, and what was repaired after them.

import type { ParityObservation, RepairObservation } from './evidence.js';
import type { RelayEvidence } from './relay-evidence.js';
import type { Vip } from './route.js';

/** The latest of each, by the number of the database. */
export interface CallParityEvidence {
  readonly compared: Readonly<Record<number, ParityObservation>>;
  readonly repaired: Readonly<Record<number, RepairObservation>>;
}

export const NO_CALL_PARITY: CallParityEvidence = { compared: {}, repaired: {} };

export function foldCallParity(
  evidence: CallParityEvidence,
  seen: ParityObservation | RepairObservation,
): CallParityEvidence {
  return seen.kind === 'parity'
    ? { ...evidence, compared: { ...evidence.compared, [seen.database]: seen } }
    : { ...evidence, repaired: { ...evidence.repaired, [seen.database]: seen } };
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
