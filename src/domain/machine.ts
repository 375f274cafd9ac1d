// The core. `step(state, event, policy)` takes what was seen and returns the next state and what is
// to be done about it. No clock, no I/O, no randomness: time comes in on the event, and the same
// events always earn the same decisions.

import { AS_USUAL_MS_MAX, isAsUsual } from './as-usual.js';
import {
  converge,
  convergenceWakeAtMs,
  foldAnswer,
  hasten,
  newConvergence,
  type SpeakerAnswer,
  type SpeakerEvidence,
} from './convergence.js';
import { escalate, foldEscalated, NOT_ESCALATED } from './escalation.js';
import type { OperatorState, Order } from './evidence.js';
import { foldEvidence, noEvidence } from './observe.js';
import { NOTHING_REMEMBERED, type Memory } from './memory.js';
import { EVIDENCE_AGE_MS_MAX, type Policy } from './policy.js';
import { rankFor, standingOf, type Rank } from './rank.js';
import type { DesiredRoute, HeldRoute, Vip } from './route.js';
import type { Change, Effect, Event, SpeakerEvent, State, Step } from './state.js';
import { judgeVip, newVipState, type VipState } from './verdict.js';

export type { Change, Effect, Event, SpeakerEvent, State, Step } from './state.js';

/** A VIP that is not configured any more is forgotten. */
export function initialState(
  policy: Policy,
  operator: OperatorState,
  nowMs: number,
  memory: Memory = NOTHING_REMEMBERED,
): State {
  return {
    nowMs,
    evidence: noEvidence(operator, nowMs),
    speaker: { daemon: 'unknown', reportedAtMs: nowMs, held: [], sessions: [] },
    convergence: newConvergence(nowMs),
    escalation: { ...NOT_ESCALATED, disabled: memory.disabledNeighbours },
    vips: Object.fromEntries(
      policy.vips.map(({ name }) => [name, newVipState(nowMs, memory.holdOffs[name])]),
    ),
  };
}

export function step(before: State, event: Event, policy: Policy): Step {
  if (needsNoJudging(before, event, policy)) {
    return { state: fold({ ...before, nowMs: event.atMs }, event, policy), effects: [] };
  }
  const nowMs = Math.max(before.nowMs, event.atMs);
  const expired = expireOrders(before.evidence.operator, nowMs);
  const folded = fold(withOperator({ ...before, nowMs }, expired.operator), event, policy);
  const adopted = adopt(folded, policy);
  const judged = judge(adopted, policy);
  // What was adopted in this very step counts as the rank before: a relay that died while nobody
  // looked is decided on, and told of, with the daemon's first word.
  const changes = changesBetween(adopted.vips, judged.vips);
  const desired = desiredRoutes(judged, policy);
  const converged = converge(judged.convergence, desired, judged.speaker, nowMs);
  const escalated = escalate({ ...judged, convergence: converged.state }, policy);
  return {
    state: { ...judged, convergence: converged.state, escalation: escalated.escalation },
    effects: [
      ...converged.effects,
      ...escalated.effects,
      ...(changes.length > 0
        ? [{ kind: 'decided' as const, number: converged.state.number, changes }]
        : []),
      ...expired.effects,
    ],
  };
}

/**
 * Nearly every event, while all is well. What an age brings for which nobody asked to be woken is
 * noticed all the same: the first event of each fifth of a second is judged, whatever it tells.
 */
function needsNoJudging(before: State, event: Event, policy: Policy): boolean {
  return (
    stretchOf(event.atMs) === stretchOf(before.nowMs) &&
    isAsUsual(before, event, policy) &&
    event.atMs < (wakeAtMs(before) ?? Infinity)
  );
}

function stretchOf(atMs: number): number {
  return Math.floor(atMs / AS_USUAL_MS_MAX);
}

/** When the next `tick` is due although nothing happens; undefined when none is. */
export function wakeAtMs(state: State): number | undefined {
  const times = [
    convergenceWakeAtMs(state.convergence, state.speaker),
    state.escalation.dueAtMs,
    state.evidence.operator.drained?.untilMs,
    state.evidence.operator.frozen?.untilMs,
    state.evidence.operator.degraded?.untilMs,
    staleAtMs(state),
    ...Object.values(state.vips).map((vip) => vip.recheckAtMs),
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** When the look at the relay will have grown too old; undefined when it already has. */
function staleAtMs({ evidence, nowMs }: State): number | undefined {
  const atMs = evidence.relay.lookedAtMs + EVIDENCE_AGE_MS_MAX;
  return atMs > nowMs ? atMs : undefined;
}

/** The routes of every VIP whose rank is known, in the order of the configuration. */
export function desiredRoutes(state: State, policy: Policy): readonly DesiredRoute[] {
  return policy.vips.flatMap((vip) => {
    const rank = state.vips[vip.name]?.rank;
    return rank === undefined
      ? []
      : vip.prefixes.map((prefix) => ({ vip: vip.name, prefix, rank }));
  });
}

function fold(state: State, event: Event, policy: Policy): State {
  switch (event.kind) {
    case 'speaker':
      return { ...state, speaker: foldSpeaker(state.speaker, event) };
    case 'declared':
    case 'advertised':
    case 'speaker-failed':
      return foldSpeakerAnswer(state, event);
    case 'escalated':
      return {
        ...state,
        escalation: foldEscalated(state.escalation, event),
        convergence: hasten(state.convergence, event.atMs),
      };
    case 'operator':
      return withOperator(state, event.operator);
    case 'stopping':
      return { ...state, evidence: { ...state.evidence, stopping: event.how } };
    case 'tick':
      return state;
    case 'relay-connection':
    case 'relay-ping':
    case 'relay-sessions':
    case 'relay-canary':
    case 'foreign-canary':
    case 'relay-condition':
    case 'redis-replica':
    case 'redis-primary':
    case 'redis-beat':
    case 'peer':
    case 'parity':
    case 'repair':
      return { ...state, evidence: foldEvidence(state.evidence, event, policy) };
  }
}

function foldSpeaker(evidence: SpeakerEvidence, event: SpeakerEvent): SpeakerEvidence {
  return event.daemon === 'up'
    ? {
        daemon: 'up',
        reportedAtMs: event.atMs,
        held: event.held,
        sessions: event.sessions,
      }
    : { ...evidence, daemon: 'unreachable', reportedAtMs: event.atMs, sessions: [] };
}

function foldSpeakerAnswer(state: State, event: SpeakerAnswer): State {
  const convergence = foldAnswer(state.convergence, event, state.speaker.sessions);
  return { ...state, convergence };
}

/**
 * On the first word of the daemon its routes become ours: a restart of the sidecar changes nothing
 * by itself. A path with attributes that are none of ours counts as the serving one, since taking
 * it away could leave the prefix with no path at all; the evidence may still lower it.
 */
function adopt(state: State, policy: Policy): State {
  const adopted = policy.vips.every(({ name }) => state.vips[name]?.rank !== undefined);
  if (adopted || state.speaker.daemon !== 'up') {
    return state;
  }
  const vips = policy.vips.map((vip): [string, VipState] => {
    const known = state.vips[vip.name] ?? newVipState(state.nowMs);
    return known.rank !== undefined
      ? [vip.name, known]
      : [vip.name, { ...known, rank: adoptedRank(vip, state.speaker.held) }];
  });
  return { ...state, vips: Object.fromEntries(vips) };
}

function adoptedRank(vip: Vip, held: readonly HeldRoute[]): Rank {
  const own = held.filter((route) => vip.prefixes.includes(route.prefix));
  const ranks = own
    .flatMap((route) => route.ranks)
    .filter((rank) => standingOf(vip.role, rank) !== undefined);
  if (ranks.length > 0) {
    return Math.min(...ranks);
  }
  return own.some((route) => route.foreign || route.ranks.length > 0)
    ? rankFor(vip.role, 'serving')
    : 'withdrawn';
}

function judge(state: State, policy: Policy): State {
  const context = { policy, nowMs: state.nowMs };
  const vips = policy.vips.map((vip): [string, VipState] => {
    const known = state.vips[vip.name] ?? newVipState(state.nowMs);
    return [vip.name, judgeVip(vip, known, state.evidence, context)];
  });
  const same = vips.every(([name, vip]) => state.vips[name] === vip);
  return same ? state : { ...state, vips: Object.fromEntries(vips) };
}

function changesBetween(before: State['vips'], after: State['vips']): readonly Change[] {
  if (before === after) {
    return [];
  }
  return Object.entries(after).flatMap(([vip, { rank, reason }]) => {
    const from = before[vip]?.rank;
    return from === undefined || rank === undefined || from === rank
      ? []
      : [{ vip, from, to: rank, reason }];
  });
}

function withOperator(state: State, operator: OperatorState): State {
  return state.evidence.operator === operator
    ? state
    : { ...state, evidence: { ...state.evidence, operator } };
}

function expireOrders(
  operator: OperatorState,
  nowMs: number,
): { readonly operator: OperatorState; readonly effects: readonly Effect[] } {
  const drained = isOver(operator.drained, nowMs) ? undefined : operator.drained;
  const frozen = isOver(operator.frozen, nowMs) ? undefined : operator.frozen;
  const degraded = isOver(operator.degraded, nowMs) ? undefined : operator.degraded;
  const kept = [
    drained === operator.drained,
    frozen === operator.frozen,
    degraded === operator.degraded,
  ];
  if (!kept.includes(false)) {
    return { operator, effects: [] };
  }
  const releasedAtMs = drained === operator.drained ? operator.releasedAtMs : nowMs;
  const standing = degraded === undefined ? {} : { degraded };
  const left: OperatorState = { drained, frozen, ...standing, releasedAtMs };
  return { operator: left, effects: [{ kind: 'save-operator', operator: left }] };
}

function isOver(order: Order | undefined, nowMs: number): boolean {
  return order?.untilMs !== undefined && nowMs >= order.untilMs;
}
