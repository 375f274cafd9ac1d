// A withdraw that the daemon does not carry out. Only this may ever go beyond trying again: the
// relay is dead, so that nothing here can be served, and a neighbour is still sent one of the VIPs,
// or the daemon does not say. Then, in the order of the configuration, each with its own deadline:
//
// - `disable-neighbour`: the sessions to the neighbours concerned are taken down, over another
//   connection than the one that is deaf. Everything else that they are sent goes too.
// - `stop-command`: what the operator gave to end the daemon; the router then drops its routes.
//
// The convergence goes on trying meanwhile. A neighbour that was taken down here is let up again as
// soon as nothing can be sent that should not be. A daemon that has ended is not escalated against:
// its sessions ended with it, and whoever starts it again finds every route of ours disabled.

import { REMEDY_MS, RETRY_STAGE_MS } from './budget.js';
import type { Convergence, SpeakerEvidence } from './convergence.js';
import type { Evidence } from './observe.js';
import type { Policy, Remedy } from './policy.js';
import type { Reason } from './reasons.js';
import type { VipState } from './verdict.js';

export interface Escalation {
  /** Since when a withdraw that must not wait has been in doubt. */
  readonly sinceMs: number | undefined;
  /** What has been begun against it, in order. */
  readonly begun: readonly BegunRemedy[];
  /** When the next remedy is due, or neighbours may be let up. */
  readonly dueAtMs: number | undefined;
  /** Neighbours that are down by our hand, or may be. */
  readonly disabled: readonly DisabledNeighbour[];
  /** Neighbours are let up no sooner than this: an attempt that failed is not hammered. */
  readonly enableAtMs: number;
}

export interface BegunRemedy {
  readonly remedy: Remedy;
  readonly atMs: number;
  readonly outcome: 'under-way' | 'done' | 'failed';
}

export interface DisabledNeighbour {
  readonly neighbour: string;
  /** A report from before this says nothing about it. */
  readonly atMs: number;
  /** The daemon did not do as it was told, or did and sent a route all the same. */
  readonly because: 'silent' | 'differs';
}

export interface EscalationEffect {
  readonly kind: 'escalate';
  readonly act: Remedy | 'enable-neighbour';
  readonly neighbours: readonly string[];
}

/** What became of an act. */
export interface EscalationAnswer {
  readonly kind: 'escalated';
  readonly atMs: number;
  readonly act: EscalationEffect['act'];
  readonly outcome: 'done' | 'failed';
  /** The neighbours that it has taken down or let up. */
  readonly neighbours: readonly string[];
  readonly detail?: string;
}

/** The part of the core's state that matters here. */
export interface Situation {
  readonly nowMs: number;
  readonly escalation: Escalation;
  readonly convergence: Convergence;
  readonly speaker: SpeakerEvidence;
  readonly vips: Readonly<Record<string, VipState>>;
  readonly evidence: Pick<Evidence, 'relay' | 'stopping'>;
}

interface Escalated {
  readonly escalation: Escalation;
  readonly effects: readonly EscalationEffect[];
}

/** The reasons of a withdrawal for which nothing on this host can be served. */
export const LIFELESS: readonly Reason[] = ['relay-dead'];

/** When every remedy was in vain, neighbours are tried again this often. */
const AGAIN_MS = 5_000;

const ENABLE_AGAIN_MS = 1_000;

export const NOT_ESCALATED: Escalation = {
  sinceMs: undefined,
  begun: [],
  dueAtMs: undefined,
  disabled: [],
  enableAtMs: 0,
};

/** The next act, if one is due. */
export function escalate(situation: Situation, policy: Policy): Escalated {
  const known = followReport(situation.escalation, situation.speaker);
  return isInDoubt(situation) ? remedy(known, situation, policy) : letUp(calm(known), situation);
}

export function foldEscalated(before: Escalation, answer: EscalationAnswer): Escalation {
  const { act, outcome, atMs, neighbours } = answer;
  const begun = before.begun.map((each) =>
    each.remedy === act && each.outcome === 'under-way' ? { ...each, outcome } : each,
  );
  if (act !== 'disable-neighbour') {
    return { ...before, begun };
  }
  // What failed may have been carried out all the same: the daemon's next report tells.
  const disabled = before.disabled
    .filter(({ neighbour }) => outcome === 'failed' || neighbours.includes(neighbour))
    .map((each) => ({ ...each, atMs }));
  return { ...before, begun, disabled };
}

/** Every VIP is withdrawn for a reason that leaves nothing here to be served. */
export function isLifeless(vips: Readonly<Record<string, VipState>>): boolean {
  const all = Object.values(vips);
  return (
    all.length > 0 &&
    all.every(({ rank, reason }) => rank === 'withdrawn' && LIFELESS.includes(reason))
  );
}

/** A sidecar that says goodbye begins nothing that it could not take back. */
function isInDoubt({ convergence, speaker, vips, evidence }: Situation): boolean {
  const { doubt } = convergence;
  const open = doubt !== undefined && doubt !== 'gone' && !isCutOff(speaker);
  return open && evidence.stopping === undefined && isLifeless(vips);
}

/** Every session is down by somebody's hand: whatever the daemon makes of its orders, it sends nothing. */
function isCutOff({ daemon, sessions }: SpeakerEvidence): boolean {
  const down = sessions.length > 0 && sessions.every(({ disabled }) => disabled !== undefined);
  return daemon === 'up' && down;
}

/** Sessions that the daemon reports as up again need nothing from us; its own marks are believed. */
function followReport(before: Escalation, speaker: SpeakerEvidence): Escalation {
  if (speaker.daemon !== 'up') {
    return before;
  }
  const kept = before.disabled.filter(({ neighbour, atMs }) => {
    const session = speaker.sessions.find((each) => each.neighbour === neighbour);
    const down = session?.disabled === 'by-holdline' || session?.disabled === 'by-unknown';
    return down || speaker.reportedAtMs <= atMs;
  });
  const found = speaker.sessions.filter(
    ({ neighbour, disabled }) =>
      disabled === 'by-holdline' && kept.every((each) => each.neighbour !== neighbour),
  );
  return kept.length === before.disabled.length && found.length === 0
    ? before
    : { ...before, disabled: [...kept, ...found.map((each) => adopted(each, speaker))] };
}

/** Taken down before a restart of the sidecar. Why is forgotten, so the relay has to return first. */
function adopted(
  { neighbour }: { readonly neighbour: string },
  { reportedAtMs }: SpeakerEvidence,
): DisabledNeighbour {
  return { neighbour, atMs: reportedAtMs, because: 'differs' };
}

function calm(escalation: Escalation): Escalation {
  const { sinceMs, dueAtMs } = escalation;
  return sinceMs === undefined && dueAtMs === undefined
    ? escalation
    : { ...escalation, sinceMs: undefined, begun: [], dueAtMs: undefined };
}

function remedy(escalation: Escalation, situation: Situation, policy: Policy): Escalated {
  const { nowMs } = situation;
  const sinceMs = escalation.sinceMs ?? nowMs;
  const begun = escalation.begun.filter((each) => !isToBeRepeated(each, nowMs));
  const next = policy.remedies.find((each) => begun.every((known) => known.remedy !== each));
  const dueAtMs = next === undefined ? repeatAtMs(begun) : dueAt(sinceMs, begun);
  const waiting = { ...escalation, sinceMs, begun, dueAtMs };
  return next === undefined || dueAtMs === undefined || nowMs < dueAtMs
    ? { escalation: waiting, effects: [] }
    : begin(waiting, next, situation, policy);
}

function begin(
  escalation: Escalation,
  next: Remedy,
  situation: Situation,
  policy: Policy,
): Escalated {
  const { nowMs, convergence } = situation;
  const neighbours = next === 'disable-neighbour' ? neighboursConcerned(convergence, policy) : [];
  const others = escalation.disabled.filter(({ neighbour }) => !neighbours.includes(neighbour));
  return {
    escalation: {
      ...escalation,
      begun: [...escalation.begun, { remedy: next, atMs: nowMs, outcome: 'under-way' }],
      dueAtMs: nowMs + REMEDY_MS[next],
      disabled: [
        ...others,
        ...neighbours.map((neighbour) => takenDown(neighbour, nowMs, convergence)),
      ],
    },
    effects: [{ kind: 'escalate', act: next, neighbours }],
  };
}

function takenDown(neighbour: string, atMs: number, { doubt }: Convergence): DisabledNeighbour {
  return { neighbour, atMs, because: doubt === 'differs' ? 'differs' : 'silent' };
}

/** Those that were seen to be sent a route; all of them when nobody can say. */
function neighboursConcerned(convergence: Convergence, policy: Policy): readonly string[] {
  const sent = convergence.advertisements.map(({ neighbour }) => neighbour);
  return convergence.doubt === 'differs'
    ? policy.neighbours.filter((neighbour) => sent.includes(neighbour))
    : policy.neighbours;
}

/** A failed remedy leaves the next one no reason to wait. */
function dueAt(sinceMs: number, begun: readonly BegunRemedy[]): number {
  const last = begun.at(-1);
  if (last === undefined) {
    return sinceMs + RETRY_STAGE_MS;
  }
  return last.outcome === 'failed' ? last.atMs : last.atMs + REMEDY_MS[last.remedy];
}

/** The command that ends the daemon is the operator's, and is not run twice for one death. */
function isToBeRepeated({ remedy: known, atMs }: BegunRemedy, nowMs: number): boolean {
  return known === 'disable-neighbour' && nowMs >= atMs + AGAIN_MS;
}

function repeatAtMs(begun: readonly BegunRemedy[]): number | undefined {
  const last = begun.find((each) => each.remedy === 'disable-neighbour');
  return last === undefined ? undefined : last.atMs + AGAIN_MS;
}

function letUp(escalation: Escalation, situation: Situation): Escalated {
  const { speaker, nowMs } = situation;
  const ready = escalation.disabled.filter((each) => mayComeUp(each, situation));
  if (ready.length === 0 || speaker.daemon !== 'up') {
    return { escalation, effects: [] };
  }
  if (nowMs < escalation.enableAtMs) {
    return { escalation: { ...escalation, dueAtMs: escalation.enableAtMs }, effects: [] };
  }
  const enableAtMs = nowMs + ENABLE_AGAIN_MS;
  const neighbours = ready.map(({ neighbour }) => neighbour);
  return {
    escalation: { ...escalation, enableAtMs, dueAtMs: enableAtMs },
    effects: [{ kind: 'escalate', act: 'enable-neighbour', neighbours }],
  };
}

/**
 * With the relay alive the routes are right again. Before that only a daemon that had merely been
 * silent and has since taken the withdraw: one that was told and sent a route all the same would
 * send it again.
 */
function mayComeUp({ because }: DisabledNeighbour, situation: Situation): boolean {
  const taken = because !== 'differs' && situation.convergence.doubt === undefined;
  return situation.evidence.relay.state === 'alive' || taken;
}
