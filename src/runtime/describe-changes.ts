// Lines for what changed without a change of rank: a reason, the relay's state, the daemon, the
// neighbours. Decisions have their own line (decision-book.ts).

import type { State } from '../domain/machine.js';
import { sayVerdict } from '../domain/reasons.js';
import { describeEscalation } from './describe-escalation.js';
import type { Line } from './line.js';

export function describeChanges(before: State, after: State): readonly Line[] {
  if (before === after) {
    return [];
  }
  return [
    ...describeReasons(before, after),
    ...describeRelay(before, after),
    ...describeDaemon(before, after),
    ...describeNeighbours(before, after),
    ...describeEscalation(before.escalation, after.escalation),
  ];
}

function describeReasons(before: State, after: State): readonly Line[] {
  if (before.vips === after.vips) {
    return [];
  }
  return Object.entries(after.vips).flatMap(([name, { rank, reason }]): Line[] => {
    const known = before.vips[name];
    if (known === undefined || (known.reason === reason && known.rank !== undefined)) {
      return [];
    }
    if (rank === undefined || (known.rank !== rank && known.rank !== undefined)) {
      return [];
    }
    const fields = { event: 'verdict', vip: name, rank, reason };
    return [{ level: 'info', fields, message: `${name}: ${sayVerdict(reason, rank)}` }];
  });
}

function describeRelay(before: State, after: State): readonly Line[] {
  const from = before.evidence.relay.state;
  const to = after.evidence.relay.state;
  if (from === to) {
    return [];
  }
  const level = to === 'alive' ? 'info' : 'warn';
  return [{ level, fields: { event: 'relay', from, to }, message: `the relay is ${to}` }];
}

function describeDaemon(before: State, after: State): readonly Line[] {
  const from = before.speaker.daemon;
  const to = after.speaker.daemon;
  if (from === to) {
    return [];
  }
  const level = to === 'up' ? 'info' : 'warn';
  return [{ level, fields: { event: 'daemon', from, to }, message: `the BGP daemon is ${to}` }];
}

function describeNeighbours(before: State, after: State): readonly Line[] {
  if (before.speaker.sessions === after.speaker.sessions) {
    return [];
  }
  return after.speaker.sessions.flatMap(({ neighbour, state }): Line[] => {
    const from = before.speaker.sessions.find((each) => each.neighbour === neighbour)?.state;
    if (from === state) {
      return [];
    }
    const level = state === 'established' || from === undefined ? 'info' : 'warn';
    const fields = { event: 'neighbour', neighbour, from, to: state };
    return [{ level, fields, message: `the session to ${neighbour} is ${state}` }];
  });
}
