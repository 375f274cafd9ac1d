// The BGP daemon, its sessions, and a withdraw that it does not carry out, for the status page.

import type { BgpView } from '../../ports/status-view.js';
import { sayAge } from './say-time.js';

export function bgpText({ driver, state }: BgpView): string {
  const how = { up: 'up', unreachable: 'UNREACHABLE', unknown: 'not known yet' };
  return `${driver} ${how[state]}`;
}

export function bgpLines(bgp: BgpView, now: string): readonly string[] {
  return [
    ...bgp.sessions.map((each) => sessionText(each, bgp.disabledNeighbours)),
    ...escalationLines(bgp, now),
  ];
}

function sessionText(
  { neighbour, state, bfd, disabled }: BgpView['sessions'][number],
  ours: readonly string[],
): string {
  const by = ours.includes(neighbour) ? 'Holdline' : 'somebody';
  const down = disabled === undefined ? '' : `, TAKEN DOWN by ${by}`;
  const session = state === 'established' ? state : state.toUpperCase();
  return `${neighbour} ${session}, BFD ${bfd === 'down' ? 'DOWN' : bfd}${down}`;
}

function escalationLines({ escalation }: BgpView, now: string): readonly string[] {
  if (escalation === null) {
    return [];
  }
  const begun = escalation.begun.map(({ remedy, outcome }) => `${remedy} ${outcome}`);
  const tried = ['tried again', ...begun].join(', ');
  return [`WITHDRAW NOT CARRIED OUT for ${sayAge(escalation.since, now)}: ${tried}`];
}
