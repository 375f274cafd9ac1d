// What is known of a peer, in words that never take silence for death.

import type { Rank } from '../../domain/rank.js';
import type { PeerView } from '../../ports/status-view.js';
import { sayRelayState } from './relay-lines.js';
import { sayAge, sayMs, sayNumber } from './say-time.js';

export function sayPeer({ node, heardAt, says }: PeerView, now: string): string {
  if (says === null) {
    const since =
      heardAt === null ? 'nothing heard of it yet' : `last heard ${sayAge(heardAt, now)} ago`;
    return `${node} UNKNOWN, ${since}; that says nothing of its relay`;
  }
  const { relay, vips, sessions, lagMs, drained, frozen } = says;
  const ranks = vips.map(({ name, rank }) => `, ${name} ${sayRank(rank)}`).join('');
  const counts =
    sessions === null
      ? 'sessions not known'
      : `sessions ${sayNumber(sessions.own)} own, ${sayNumber(sessions.foreign)} foreign`;
  const orders = `${drained ? ', DRAINED' : ''}${frozen ? ', FROZEN' : ''}`;
  return `${node}: relay ${sayRelayState(relay)}${ranks}${orders}; ${counts}, lag ${sayMs(lagMs)}`;
}

function sayRank(rank: Rank): string {
  return rank === 'withdrawn' ? rank : `at rank ${rank}`;
}
