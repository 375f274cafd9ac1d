// A BGP daemon for "what would have happened": the recorded one answered to other commands. It
// takes every command while the recorded one was reachable, and holds what it was told.

import type { Event, Effect, State, SpeakerEvent } from '../../domain/machine.js';
import { isInPlace } from '../../domain/plan.js';
import type { Advertisement, DesiredRoute, HeldRoute } from '../../domain/route.js';

/** About what BIRD and GoBGP take in the lab; no decision hangs on it. */
const ANSWER_MS = 2;

interface Due {
  readonly atMs: number;
  readonly effect: Extract<Effect, { kind: 'declare' | 'read-back' }>;
}

export class ModelledDaemon {
  #due: Due[] = [];

  /** Takes the commands among these effects; their answers fall due later. */
  take(effects: readonly Effect[], atMs: number): void {
    for (const effect of effects) {
      if (effect.kind === 'declare' || effect.kind === 'read-back') {
        this.#due.push({ atMs: atMs + ANSWER_MS, effect });
      }
    }
  }

  forget(): void {
    this.#due = [];
  }

  get dueAtMs(): number | undefined {
    return this.#due[0]?.atMs;
  }

  /** The answer that is due next, given the state it arrives in. */
  answer(state: State): Event | undefined {
    const due = this.#due.shift();
    if (due === undefined) {
      return undefined;
    }
    const { atMs, effect } = due;
    if (state.speaker.daemon !== 'up') {
      const detail = 'the recorded daemon was unreachable';
      return { kind: 'speaker-failed', atMs, number: effect.number, detail };
    }
    return effect.kind === 'declare'
      ? { kind: 'declared', atMs, number: effect.number }
      : { kind: 'advertised', atMs, number: effect.number, advertisements: sent(state) };
  }
}

/**
 * The recorded report of the daemon as it would have been. Where it had what it was told, it has
 * what it is told now; where it had lost or kept something, that is left as it was.
 */
export function remodel(report: SpeakerEvent, recorded: State, modelled: State): SpeakerEvent {
  if (report.daemon !== 'up' || modelled.convergence.number === 0) {
    return report;
  }
  return isInPlace(recorded.convergence.declared, report.held)
    ? { ...report, held: modelled.convergence.declared.map(held) }
    : report;
}

function held({ prefix, rank }: DesiredRoute): HeldRoute {
  return { prefix, ranks: rank === 'withdrawn' ? [] : [rank], foreign: false };
}

function sent({ speaker, convergence }: State): readonly Advertisement[] {
  const neighbours = speaker.sessions.filter(({ state }) => state === 'established');
  return neighbours.flatMap(({ neighbour }) =>
    convergence.declared.flatMap(({ prefix, rank }) =>
      rank === 'withdrawn'
        ? []
        : [{ neighbour, prefix, rank, asPath: [], communities: [], med: undefined }],
    ),
  );
}
