// All that is known, and how each observation is taken in.

import { foldBeat, noBeatEvidence, type BeatEvidence } from './beat.js';
import {
  followSurplus,
  foldCallParity,
  NO_CALL_PARITY,
  type CallParityEvidence,
} from './call-parity.js';
import { foldCanary, noCanaryEvidence, type CanaryEvidence } from './canary.js';
import { foldConditions, NO_CONDITIONS, type ConditionsEvidence } from './conditions.js';
import type {
  OperatorState,
  RelayObservation,
  ReplicationObservation,
  StoreObservation,
} from './evidence.js';
import { NO_PARITY, noteCount, noteSizes, type ParityEvidence } from './parity.js';
import { foldPeers, NO_PEERS, type PeersEvidence } from './peers.js';
import type { Policy } from './policy.js';
import {
  foldRelay,
  noRelayEvidence,
  type RelayEvidence,
  type RelayLook,
} from './relay-evidence.js';
import { foldStore, noStoreEvidence, type StoreEvidence } from './store-evidence.js';

export interface Evidence {
  readonly relay: RelayEvidence;
  readonly canary: CanaryEvidence;
  readonly conditions: ConditionsEvidence;
  readonly store: StoreEvidence;
  readonly beat: BeatEvidence;
  readonly parity: ParityEvidence;
  readonly callParity: CallParityEvidence;
  readonly peers: PeersEvidence;
  readonly operator: OperatorState;
  readonly stopping: 'drain' | 'withdraw' | undefined;
}

export type Observation = RelayObservation | StoreObservation | ReplicationObservation;

export function noEvidence(operator: OperatorState, nowMs: number): Evidence {
  return {
    relay: noRelayEvidence(nowMs),
    canary: noCanaryEvidence(nowMs),
    conditions: NO_CONDITIONS,
    store: noStoreEvidence(nowMs),
    beat: noBeatEvidence(nowMs),
    parity: NO_PARITY,
    callParity: NO_CALL_PARITY,
    peers: NO_PEERS,
    operator,
    stopping: undefined,
  };
}

export function foldEvidence(evidence: Evidence, seen: Observation, policy: Policy): Evidence {
  switch (seen.kind) {
    case 'relay-canary':
    case 'foreign-canary':
      return { ...evidence, canary: foldCanary(evidence.canary, seen, policy) };
    case 'relay-condition':
      return { ...evidence, conditions: foldConditions(evidence.conditions, seen) };
    case 'relay-connection':
    case 'relay-ping':
    case 'relay-sessions':
      return foldRelayLook(evidence, seen, policy);
    case 'redis-replica':
    case 'redis-primary':
      return foldStoreLook(evidence, seen, policy);
    case 'redis-beat':
      return { ...evidence, beat: foldBeat(evidence.beat, seen, policy) };
    case 'peer':
      return { ...evidence, peers: foldPeers(evidence.peers, seen) };
    case 'parity':
    case 'repair':
      return {
        ...evidence,
        callParity: foldCallParity(evidence.callParity, seen, evidence.parity.surplus),
      };
  }
}

function foldRelayLook(evidence: Evidence, seen: RelayLook, policy: Policy): Evidence {
  const relay = foldRelay(evidence.relay, seen, policy);
  // A relay that died forgot its sessions, and with them every proof.
  const { store } = evidence;
  const parity =
    relay.state === 'dead'
      ? NO_PARITY
      : seen.kind === 'relay-sessions' && store.replica.answers === true
        ? noteCount(evidence.parity, seen, store.replica.databaseSizes)
        : evidence.parity;
  return { ...evidence, relay, parity };
}

function foldStoreLook(evidence: Evidence, seen: StoreObservation, policy: Policy): Evidence {
  const store = foldStore(evidence.store, seen);
  const counted = seen.kind === 'redis-replica' && seen.outcome === 'answered';
  const parity = counted
    ? noteSizes(evidence.parity, seen.databaseSizes, policy.vips)
    : evidence.parity;
  const callParity = followSurplus(evidence.callParity, parity.surplus);
  return { ...evidence, store, parity, callParity };
}
