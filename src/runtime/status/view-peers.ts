// The peers as they are known here, by their own words. A peer without a fresh word is unknown: that
// says nothing of its relay.

import {
  sayingsOf,
  WORD_AGE_MS_MAX,
  type Address,
  type PeersEvidence,
} from '../../domain/peers.js';
import { compareRanks, type Rank } from '../../domain/rank.js';
import type { Vip } from '../../domain/route.js';
import type { BestElsewhereView, PeerView } from '../../ports/status-view.js';

/** Every peer that was heard, and every home that this host stands by for; in order of names. */
export function viewPeers(
  vips: readonly Vip[],
  peers: PeersEvidence,
  nowMs: number,
): readonly PeerView[] {
  const homes = vips.flatMap(({ role }) => (role.kind === 'standby' ? [role.of] : []));
  const nodes = [...new Set([...homes, ...Object.keys(peers)])].sort();
  return nodes.map((node) => viewPeer(node, peers[node], nowMs));
}

/** The best rank that a peer says to announce; null when no peer has said anything lately. */
export function bestElsewhere(
  address: Address,
  peers: PeersEvidence,
  nowMs: number,
): BestElsewhereView | null {
  const [best] = sayingsOf(address, peers, nowMs).toSorted((left, right) =>
    compareRanks(left.rank, right.rank),
  );
  return best === undefined ? null : { node: best.node, rank: best.rank };
}

function viewPeer(node: string, heard: PeersEvidence[string] | undefined, nowMs: number): PeerView {
  const heardAt = heard === undefined ? null : new Date(heard.heardAtMs).toISOString();
  if (heard === undefined || nowMs - heard.heardAtMs > WORD_AGE_MS_MAX) {
    return { node, state: 'unknown', heardAt, says: null };
  }
  const { version, relay, vips, sessions, lagMs, drained, frozen, capacity } = heard.word;
  return {
    node,
    state: 'heard',
    heardAt,
    says: {
      version,
      relay,
      vips: vips.map(({ name, rank }): { name: string; rank: Rank } => ({ name, rank })),
      sessions: sessions ?? null,
      lagMs: lagMs ?? null,
      drained,
      frozen,
      capacity: capacity ?? null,
    },
  };
}
