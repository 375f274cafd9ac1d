// Runs what was recorded through the core again.

import { step, type Effect, type Event, type State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import type { RecordedEvent } from '../../ports/journal.js';

export interface Recorded {
  readonly event: RecordedEvent;
  readonly effects: readonly Effect[];
}

/** A counter that goes on counting decides nothing any more beyond this (`ping.misses` ends here). */
const COUNTER_MAX = 100;

/** The state after these events, or undefined as soon as the core asks for something else. */
export function replayExactly(
  recorded: readonly Recorded[],
  from: State,
  policy: Policy,
): State | undefined {
  let state = from;
  for (const { event, effects } of recorded) {
    const next = step(state, restore(event, state), policy);
    if (!sameEffects(next.effects, effects)) {
      return undefined;
    }
    state = next.state;
  }
  return state;
}

/** The event as it was seen in this state. */
export function restore(event: RecordedEvent, { convergence }: State): Event {
  return event.kind === 'advertised' && event.advertisements === 'unchanged'
    ? { ...event, advertisements: convergence.advertisements }
    : event;
}

export function sameEffects(left: readonly Effect[], right: readonly Effect[]): boolean {
  return (
    (left.length === 0 && right.length === 0) || JSON.stringify(left) === JSON.stringify(right)
  );
}

/**
 * True when the two states have the same future: every event earns the same effects from either.
 * They are the same but for counters of things in a row, of which only the start matters.
 */
export function haveSameFuture(left: State, right: State): boolean {
  return essence(left) === essence(right);
}

function essence(state: State): string {
  return JSON.stringify(state, (key, value: unknown) =>
    typeof value === 'number' && (key.endsWith('InARow') || key === 'failures')
      ? Math.min(value, COUNTER_MAX)
      : value,
  );
}
