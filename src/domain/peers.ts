// What the peers say of themselves. A word that is too old says nothing any more: its host is
// unknown then, never dead.

import type { PeerObservation, PeerWord } from './evidence.js';

/** By node. */
export type PeersEvidence = Readonly<Record<string, HeardPeer>>;

export interface HeardPeer {
  readonly word: PeerWord;
  readonly heardAtMs: number;
}

export const NO_PEERS: PeersEvidence = {};

export function foldPeers(
  evidence: PeersEvidence,
  { node, word, atMs }: PeerObservation,
): PeersEvidence {
  return { ...evidence, [node]: { word, heardAtMs: atMs } };
}
