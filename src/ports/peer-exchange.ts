// What the sidecars tell each other through Redis, and the beat that proves the way there. Nothing
// of it is needed to withdraw a dead relay.

import type { BeatObservation, PeerObservation, PeerWord } from '../domain/evidence.js';

/** A word without its number: the exchange counts. */
export type OwnWord = Omit<PeerWord, 'sequence'>;

/** This host, as far as the exchange needs it. */
export interface ToldHost {
  /** What is to be told of this host now; the same object says the same as before. */
  word(): OwnWord;
  /** True while a decision waits for a word of the peers that is newer than now. */
  curious(): boolean;
}

export interface PeerExchange {
  /**
   * Beats, tells and listens until `signal` aborts. Only words whose number was seen to move are
   * reported, and only of nodes that share a VIP with this host. Never rejects.
   */
  watch(
    host: ToldHost,
    listener: (observation: BeatObservation | PeerObservation) => void,
    signal: AbortSignal,
  ): Promise<void>;

  /** Asks the peers for a word at once; what they answer was made after the question. */
  ask(): void;
}
