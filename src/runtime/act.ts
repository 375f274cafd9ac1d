// Carries out what the core asks for when a withdraw is not carried out, and tells what became of it.

import { DeadlineError, withDeadline } from '../async/deadline.js';
import { COMMAND_MS_MAX, REMEDY_MS } from '../domain/budget.js';
import type { EscalationAnswer, EscalationEffect } from '../domain/escalation.js';
import type { BgpSpeaker } from '../ports/bgp-speaker.js';
import type { Clock } from '../ports/clock.js';
import type { DaemonStopper } from '../ports/daemon-stopper.js';

export interface ActParts {
  readonly speaker: BgpSpeaker;
  readonly clock: Clock;
  /** Undefined when the configuration gives no command. */
  readonly stopper?: DaemonStopper | undefined;
}

const LIMIT_MS: Readonly<Record<EscalationEffect['act'], number>> = {
  ...REMEDY_MS,
  'enable-neighbour': COMMAND_MS_MAX,
};

/** Rejects only when `signal` aborts. */
export async function performAct(
  { act, neighbours }: EscalationEffect,
  parts: ActParts,
  signal: AbortSignal,
): Promise<EscalationAnswer> {
  const answer = (outcome: 'done' | 'failed'): Omit<EscalationAnswer, 'neighbours'> => ({
    kind: 'escalated',
    atMs: parts.clock.nowMs(),
    act,
    outcome,
  });
  try {
    const done = await withDeadline(LIMIT_MS[act], signal, (limited) =>
      carryOut({ act, neighbours }, parts, limited),
    );
    return { ...answer('done'), neighbours: done };
  } catch (error) {
    signal.throwIfAborted();
    return { ...answer('failed'), neighbours, detail: describe(error) };
  }
}

async function carryOut(
  { act, neighbours }: Pick<EscalationEffect, 'act' | 'neighbours'>,
  { speaker, stopper }: ActParts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  switch (act) {
    case 'disable-neighbour':
      return await speaker.disableNeighbours(neighbours, signal);
    case 'enable-neighbour':
      await speaker.enableNeighbours(neighbours, signal);
      return neighbours;
    case 'stop-command':
      await stopper?.stop(signal);
      return [];
  }
}

function describe(error: unknown): string {
  if (error instanceof DeadlineError) {
    return `not done within ${error.limitMs} ms`;
  }
  return error instanceof Error ? error.message : String(error);
}
