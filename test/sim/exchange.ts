// How the sidecars talk: words and beats through Redis, questions and answers among peers. What is
// told goes over the primary; what is heard comes over the own replica.

import { awaitsWord } from '../../src/domain/await-word.js';
import type { PeerWord } from '../../src/domain/evidence.js';
import type { PeerExchange, ToldHost } from '../../src/ports/peer-exchange.js';
import type { Loop } from '../../src/runtime/loop.js';
import { ownWord } from '../../src/runtime/own-word.js';
import type { SimHost } from './host.js';
import { every, untilAborted, type Life } from './ports.js';

const TOLD_EVERY_MS = 1_000;
const TICK_MS = 100;

/** A beat that gets through is passed on this seldom: it would change nothing. */
const BEAT_SAME_TICKS = 5;

type Listener = Parameters<PeerExchange['watch']>[1];

/** The exchange of one sidecar's life. */
export class SimExchange implements PeerExchange {
  readonly #life: Life;
  #told: ToldHost | undefined;
  #listener: Listener | undefined;
  #ticks = 0;
  #stuckSinceMs: number | undefined;

  constructor(life: Life) {
    this.#life = life;
  }

  watch(told: ToldHost, listener: Listener, signal: AbortSignal): Promise<void> {
    const { host, ended } = this.#life;
    this.#told = told;
    this.#listener = listener;
    every(host, ended, TOLD_EVERY_MS, () => this.#tell());
    every(host, ended, TICK_MS, () => this.#tick(told));
    return untilAborted(signal);
  }

  /** The word of this sidecar as it is now; undefined once its life is over. */
  word(): PeerWord | undefined {
    const word = this.#life.ended.aborted ? undefined : this.#told?.word();
    return word === undefined ? undefined : { ...word, sequence: this.#life.host.nextSequence() };
  }

  /** Hears a word that somebody sent, if it gets here. */
  hear(node: string, word: PeerWord, madeAfterMs?: number): void {
    const { host, ended } = this.#life;
    if (host.replica.hears) {
      const made = madeAfterMs === undefined ? {} : { madeAfterMs };
      host.deliver(ended, (atMs) => this.#listener?.({ kind: 'peer', atMs, node, word, ...made }));
    }
  }

  ask(): void {
    const { host, ended } = this.#life;
    const askedAtMs = host.time.nowMs;
    if (!host.replica.tells) {
      return;
    }
    for (const peer of host.peers()) {
      host.time.after(this.#delayMs(), () => {
        if (!peer.replica.hears || ended.aborted) {
          return;
        }
        peer.run(() => this.#answer(peer, askedAtMs));
      });
    }
  }

  #answer(peer: SimHost, askedAtMs: number): void {
    const word = peer.exchange?.word();
    if (word !== undefined && peer.replica.tells) {
      peer.time.after(this.#delayMs(), () => this.hear(peer.name, word, askedAtMs));
    }
  }

  #tell(): void {
    const { host } = this.#life;
    if (!host.replica.tells) {
      return;
    }
    host.run(() => {
      const word = this.word();
      for (const peer of word === undefined ? [] : host.peers()) {
        // The others read once a second.
        host.time.after(host.random.between(1, 1_000), () => peer.exchange?.hear(host.name, word!));
      }
    });
  }

  #tick(told: ToldHost): void {
    if (told.curious()) {
      this.ask();
    }
    this.#ticks += 1;
    this.#beat();
  }

  #beat(): void {
    const { host, ended } = this.#life;
    const { tells, hears } = host.replica;
    const through = tells && hears && host.replica.beatStops === 0;
    if (through && this.#stuckSinceMs === undefined && this.#ticks % BEAT_SAME_TICKS !== 0) {
      return;
    }
    this.#stuckSinceMs = through ? undefined : (this.#stuckSinceMs ?? host.time.nowMs);
    const sinceMs = this.#stuckSinceMs;
    const kind = 'redis-beat';
    host.deliver(ended, (atMs) => {
      if (sinceMs === undefined) {
        this.#listener?.({ kind, atMs, outcome: 'seen', roundTripMs: 1 });
      } else if (tells) {
        this.#listener?.({ kind, atMs, outcome: 'overdue', ageMs: atMs - sinceMs });
      } else {
        this.#listener?.({ kind, atMs, outcome: 'unsent', detail: 'mute' });
      }
    });
  }

  #delayMs(): number {
    return this.#life.host.random.between(0.5, 4);
  }
}

/** What a host tells of itself, by the state of its loop. */
export function toldOf({ name, policy }: SimHost, loop: Loop): ToldHost {
  const [version, capacity] = ['0.0.0', undefined];
  return {
    word: () => ownWord({ node: name, policy, version, capacity, state: loop.state }),
    curious: () => awaitsWord(loop.state, policy),
  };
}
