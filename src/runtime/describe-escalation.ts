// The words for what is done about a withdraw that the daemon does not carry out.

import type {
  BegunRemedy,
  DisabledNeighbour,
  Escalation,
  EscalationEffect,
} from '../domain/escalation.js';
import type { Remedy } from '../domain/policy.js';
import type { Line } from './line.js';

export function sayAct(act: EscalationEffect['act'], neighbours: readonly string[]): string {
  switch (act) {
    case 'disable-neighbour':
      return `taking down the BGP sessions to ${neighbours.join(', ')}`;
    case 'enable-neighbour':
      return `letting the BGP sessions to ${neighbours.join(', ')} come up again`;
    case 'stop-command':
      return 'ending the BGP daemon with bgp.stop-command';
  }
}

/** For a decision that the daemon did not carry out by itself. */
export function sayRemedies(remedies: readonly Remedy[]): string {
  return `which took more than the withdraw: ${remedies.join(', then ')}`;
}

/** Every remedy that was begun or has ended, and every neighbour that went down or may be up. */
export function describeEscalation(before: Escalation, after: Escalation): readonly Line[] {
  if (before === after) {
    return [];
  }
  return [
    ...after.begun.flatMap((each) => describeRemedy(each, before, after)),
    ...describeNeighbours(before.disabled, after.disabled),
  ];
}

function describeRemedy(
  { remedy, atMs, outcome }: BegunRemedy,
  before: Escalation,
  after: Escalation,
): readonly Line[] {
  const known = before.begun.find((each) => each.remedy === remedy && each.atMs === atMs);
  if (known?.outcome === outcome) {
    return [];
  }
  const neighbours = after.disabled.map(({ neighbour }) => neighbour);
  const fields = { event: 'escalation', stage: remedy, outcome, neighbours };
  const cause = 'the routes of a dead relay are not withdrawn';
  const message =
    outcome === 'under-way'
      ? `${cause}: ${sayAct(remedy, neighbours)}`
      : `${sayAct(remedy, neighbours)}: ${outcome}`;
  return [{ level: 'warn', fields, message }];
}

function describeNeighbours(
  before: readonly DisabledNeighbour[],
  after: readonly DisabledNeighbour[],
): readonly Line[] {
  const line = (neighbour: string, down: boolean, message: string): Line => ({
    level: down ? 'warn' : 'info',
    fields: { event: 'neighbour-disabled', neighbour, down },
    message: `the BGP session to ${neighbour} ${message}`,
  });
  const names = (each: readonly DisabledNeighbour[]): readonly string[] =>
    each.map(({ neighbour }) => neighbour);
  const [old, now] = [names(before), names(after)];
  return [
    ...now
      .filter((each) => !old.includes(each))
      .map((each) => line(each, true, 'is down by our hand, or may be, until the relay is back')),
    ...old
      .filter((each) => !now.includes(each))
      .map((each) => line(each, false, 'is not held down by us any more')),
  ];
}
