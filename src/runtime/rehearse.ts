// Runs the core through made-up deaths before the first real one: code that has never run is
// compiled when it first does, and that must not be while a relay's calls wait.

import { NOTHING_ORDERED } from '../domain/evidence.js';
import { initialState, step, type Event } from '../domain/machine.js';
import type { Policy } from '../domain/policy.js';

/** Enough for the compiler to have seen every function; takes some milliseconds at the start. */
const ROUNDS = 300;

/** Leaves nothing behind: the states are thrown away and no effect is performed. */
export function rehearse(policy: Policy): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    let state = initialState(policy, NOTHING_ORDERED, 0);
    for (const event of DEATH) {
      state = step(state, event, policy).state;
    }
  }
}

const DEATH: readonly Event[] = [
  { kind: 'relay-connection', atMs: 1, state: 'open' },
  { kind: 'relay-ping', atMs: 2, outcome: 'answered', roundTripMs: 1 },
  { kind: 'speaker', daemon: 'up', atMs: 3, held: [], sessions: [] },
  { kind: 'relay-ping', atMs: 4, outcome: 'missed', lateMs: 0 },
  { kind: 'relay-connection', atMs: 5, state: 'ended' },
  { kind: 'relay-connection', atMs: 6, state: 'refused' },
  { kind: 'declared', atMs: 7, number: 1 },
  { kind: 'advertised', atMs: 8, number: 1, advertisements: [] },
];
