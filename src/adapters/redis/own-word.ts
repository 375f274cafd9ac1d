// When this host's word is told: at the next tick after a change that others act on, and once a
// second in any case, so that its number moves.

import type { PeerWord } from '../../domain/evidence.js';
import type { OwnWord } from '../../ports/peer-exchange.js';
import type { RedisCommand } from './publisher.js';
import { WORD_KEY } from './word-codec.js';

const TOLD_EVERY_MS = 1_000;
/** A host that is gone is known to be unknown by its age long before. */
const EXPIRES_MS = 5_000;

export class OwnWordTeller {
  readonly #node: string;
  readonly #word: () => OwnWord;
  #sequence: number;
  #told: { readonly word: OwnWord; readonly essence: string; readonly atMs: number } | undefined;

  /** `firstSequence` is higher than any that an earlier life of this sidecar has used. */
  constructor(node: string, word: () => OwnWord, firstSequence: number) {
    this.#node = node;
    this.#word = word;
    this.#sequence = firstSequence;
  }

  /** The command that tells it, if it is due at this tick. */
  due(nowMs: number): RedisCommand | undefined {
    const told = this.#told;
    if (told === undefined || nowMs - told.atMs >= TOLD_EVERY_MS) {
      return this.tell(nowMs).command;
    }
    const word = this.#word();
    const same = word === told.word || essenceOf(word) === told.essence;
    return same ? undefined : this.tell(nowMs).command;
  }

  /** The word as it is now, with a number that no other one has, and the command that tells it. */
  tell(nowMs: number): { readonly word: PeerWord; readonly command: RedisCommand } {
    this.#sequence += 1;
    const own = this.#word();
    const word = { sequence: this.#sequence, ...own };
    this.#told = { word: own, essence: essenceOf(own), atMs: nowMs };
    const key = WORD_KEY + this.#node;
    return { word, command: ['set', key, JSON.stringify(word), 'px', EXPIRES_MS] };
  }

  /** It did not arrive: due again at the next tick. */
  untold(): void {
    this.#told = undefined;
  }
}

/** What others act on. Counts and round trips change all the time and can wait for their second. */
function essenceOf(word: OwnWord): string {
  const { relay, vips, drained, frozen, capacity, canaries, missing, well } = word;
  return JSON.stringify([relay, vips, drained, frozen, capacity, canaries, missing, well]);
}
