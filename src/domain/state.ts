// What goes into a step of the core (machine.ts), what it keeps, and what comes out.

import type {
  Convergence,
  ConvergenceEffect,
  SpeakerAnswer,
  SpeakerEvidence,
} from './convergence.js';
import type { Escalation, EscalationAnswer, EscalationEffect } from './escalation.js';
import type { OperatorState } from './evidence.js';
import type { Evidence, Observation } from './observe.js';
import type { Rank } from './rank.js';
import type { Reason } from './reasons.js';
import type { HeldRoute, NeighbourSession } from './route.js';
import type { VipState } from './verdict.js';

export type Event =
  | Observation
  | SpeakerAnswer
  | SpeakerEvent
  | EscalationAnswer
  | { readonly kind: 'operator'; readonly atMs: number; readonly operator: OperatorState }
  | { readonly kind: 'stopping'; readonly atMs: number; readonly how: 'drain' | 'withdraw' }
  | { readonly kind: 'tick'; readonly atMs: number };

/** The daemon's own report, as the speaker port gives it. */
export type SpeakerEvent =
  | {
      readonly kind: 'speaker';
      readonly daemon: 'up';
      readonly atMs: number;
      readonly held: readonly HeldRoute[];
      readonly sessions: readonly NeighbourSession[];
    }
  | { readonly kind: 'speaker'; readonly daemon: 'unreachable'; readonly atMs: number };

export interface State {
  /** The latest time seen on an event. */
  readonly nowMs: number;
  readonly evidence: Evidence;
  readonly speaker: SpeakerEvidence;
  readonly convergence: Convergence;
  readonly escalation: Escalation;
  /** By VIP name. */
  readonly vips: Readonly<Record<string, VipState>>;
}

/** A change of rank or of its reason, for the log and the status. */
export interface Change {
  readonly vip: string;
  readonly from: Rank;
  readonly to: Rank;
  readonly reason: Reason;
}

export type Effect =
  | ConvergenceEffect
  | EscalationEffect
  | { readonly kind: 'decided'; readonly number: number; readonly changes: readonly Change[] }
  | { readonly kind: 'save-operator'; readonly operator: OperatorState };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}
