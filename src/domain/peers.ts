// What the peers say of themselves. A word that is too old says nothing any more: its host is
// unknown then, never dead.

import type { PeerObservation, PeerWord } from './evidence.js';

/** By node. */
export type PeersEvidence = Readonly<Record<string, HeardPeer>>;

export interface HeardPeer {
  readonly word: PeerWord;
  readonly heardAtMs: number;
  /** The word was made after this time on our clock; undefined when nothing proves it. */
  readonly madeAfterMs: number | undefined;
}

export const NO_PEERS: PeersEvidence = {};

export function foldPeers(
  evidence: PeersEvidence,
  { node, word, atMs, madeAfterMs }: PeerObservation,
): PeersEvidence {
  const known = evidence[node];
  // A later word was made after everything that an earlier one was made after.
  const proven = known !== undefined && word.sequence > known.word.sequence;
  return {
    ...evidence,
    [node]: {
      word,
      heardAtMs: atMs,
      madeAfterMs: madeAfterMs ?? (proven ? known.madeAfterMs : undefined),
    },
  };
}
