// Looks that find all as well as the last one did: nearly all of them, while all is well. Nothing
// follows from one of these, so it can be taken in a little later, together with the next ones.

import type { BeatObservation, RelayCanaryObservation, RelayPingObservation } from './evidence.js';
import { EVIDENCE_AGE_MS_MAX, type Policy } from './policy.js';
import type { Event, State } from './state.js';

/** A look that is as usual may be taken in so much later than it was made. */
export const AS_USUAL_MS_MAX = 200;

/**
 * True when `step` would find nothing to do about it, other than what time alone brings, and has
 * been told something no longer ago than `AS_USUAL_MS_MAX`. In doubt it is not.
 */
export function isAsUsual(state: State, event: Event, policy: Policy): boolean {
  const sinceMs = event.atMs - state.nowMs;
  return sinceMs >= 0 && sinceMs < AS_USUAL_MS_MAX && isWellAgain(state, event, policy);
}

function isWellAgain(state: State, event: Event, policy: Policy): boolean {
  return event.kind === 'relay-ping'
    ? isAnsweredAgain(state, event, policy)
    : event.kind === 'relay-canary'
      ? isHeardAgain(state, event)
      : event.kind === 'redis-beat' && isSeenAgain(state, event, policy);
}

function isAnsweredAgain(
  { evidence: { relay } }: State,
  seen: RelayPingObservation,
  { degraded }: Policy,
): boolean {
  const unstrained = relay.slow.filledMs === 0 && relay.lossy.filledMs === 0;
  const unblinded = seen.atMs - relay.lookedAtMs < EVIDENCE_AGE_MS_MAX;
  return (
    unblinded &&
    unstrained &&
    seen.outcome === 'answered' &&
    seen.roundTripMs <= (degraded.pingMs ?? Infinity) &&
    relay.state === 'alive' &&
    relay.firstSignAtMs === undefined &&
    relay.refusalsInARow === 0
  );
}

function isHeardAgain({ evidence: { canary } }: State, seen: RelayCanaryObservation): boolean {
  return seen.outcome === 'heard' && canary.state === 'heard' && canary.deadSinceMs === undefined;
}

function isSeenAgain(
  { evidence: { beat } }: State,
  seen: BeatObservation,
  { replicaLagMsMax }: Policy,
): boolean {
  return (
    seen.outcome === 'seen' &&
    seen.roundTripMs <= replicaLagMsMax &&
    beat.state === 'seen' &&
    beat.lateInARow === 0
  );
}
