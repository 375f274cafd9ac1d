// Reads the peers' words from the local replica: every second those of the nodes that share a VIP
// with this host, and every ten seconds, bite by bite, everybody's. So a fleet of a thousand costs
// a host about what a pair does, and a new standby is found by its own word.
//
// A word counts once its number was seen to move. What stands there when we first look may have
// been written by a host that has died since; only its next word shows that it lives.

import type { Redis } from 'ioredis';

import type { PeerWord } from '../../domain/evidence.js';
import { detailOfError } from '../detail.js';
import { HeldClient } from './held-client.js';
import type { SharedVips } from './shared-vips.js';
import { isNodeName, parseWord, WORD_BYTES_MAX, WORD_KEY } from './word-codec.js';

/** Looks are a second apart. */
const ROUND_EVERY_LOOKS = 10;
const BITE_KEYS = 100;
/** Nodes that are read at every look; a standby shares VIPs with no more. */
const NEAR_MAX = 64;
const NODES_MAX = 2_048;
const BYTES_A_LOOK_MAX = 4 * (NEAR_MAX + BITE_KEYS) * WORD_BYTES_MAX;
/** After so many looks without an answer the connection itself may be what is dead. */
const SILENT_LOOKS_MAX = 3;

export interface WordReaderOptions {
  /** A client of its own, of the local replica and in Holdline's database, made by RedisClients. */
  readonly client: Redis;
  readonly node: string;
  readonly shared: SharedVips;
  readonly onWord: (node: string, word: PeerWord) => void;
  /** A word that cannot be understood; told once until the node's next good one. */
  readonly onTrouble: (detail: string) => void;
}

interface Known {
  readonly word: PeerWord | undefined;
  readonly round: number;
}

export class WordReader {
  readonly #options: WordReaderOptions;
  readonly #held: HeldClient;
  readonly #known = new Map<string, Known>();
  readonly #near: Set<string>;
  readonly #bad = new Set<string>();
  #underWay = false;
  #silentLooks = 0;
  #looks = 0;
  #round = 0;
  #cursor: string | undefined;

  constructor(options: WordReaderOptions) {
    this.#options = options;
    this.#held = new HeldClient(options.client, BYTES_A_LOOK_MAX);
    this.#near = new Set(options.shared.homes.slice(0, NEAR_MAX));
    options.client.on('ready', () => this.look());
  }

  /** The nodes that share a VIP with this host, as far as they are known. */
  get near(): ReadonlySet<string> {
    return this.#near;
  }

  /** How many nodes have a word that stands. */
  get nodes(): number {
    return [...this.#known.values()].filter(({ word }) => word !== undefined).length;
  }

  open(): void {
    this.#held.open();
  }

  close(): Promise<void> {
    return this.#held.close();
  }

  /** Takes note of a word that came another way. Returns what of it concerns this host. */
  meet(node: string, word: PeerWord): PeerWord | undefined {
    const shared = this.#options.shared.of(node, word);
    if (shared !== undefined && this.#near.size < NEAR_MAX) {
      this.#near.add(node);
    }
    return shared;
  }

  /** Called once a second. One look at most is under way; a hung replica is not asked again. */
  look(): void {
    if (!this.#held.ready) {
      return;
    }
    if (this.#underWay) {
      this.#silentLooks += 1;
      if (this.#silentLooks >= SILENT_LOOKS_MAX) {
        this.#held.renew();
      }
      return;
    }
    this.#underWay = true;
    this.#silentLooks = 0;
    void this.#lookOnce().finally(() => (this.#underWay = false));
  }

  async #lookOnce(): Promise<void> {
    this.#held.resetBytes();
    try {
      await this.#read([...this.#near]);
      await this.#read(await this.#nextBite());
    } catch (error) {
      this.#cursor = undefined;
      this.#say('', `reading the peers' words: ${detailOfError(error)}`);
    }
  }

  async #read(nodes: readonly string[]): Promise<void> {
    if (nodes.length === 0) {
      return;
    }
    const replies = await this.#held.client
      .pipeline(nodes.map((node) => ['getrange', WORD_KEY + node, 0, WORD_BYTES_MAX]))
      .exec();
    for (const [index, [error, value]] of (replies ?? []).entries()) {
      if (error !== null) {
        throw error;
      }
      this.#take(nodes[index] ?? '', value);
    }
  }

  /** The next nodes of the round that is under way, or of a new one when it is due. */
  async #nextBite(): Promise<readonly string[]> {
    if (this.#cursor === undefined && this.#looks % ROUND_EVERY_LOOKS === 0) {
      this.#cursor = '0';
      this.#round += 1;
    }
    this.#looks += 1;
    if (this.#cursor === undefined) {
      return [];
    }
    const match = `${WORD_KEY}*`;
    const [next, keys] = await this.#held.client.scan(
      this.#cursor,
      'MATCH',
      match,
      'COUNT',
      BITE_KEYS,
    );
    this.#cursor = next === '0' ? undefined : next;
    if (this.#cursor === undefined) {
      this.#forgetTheGone();
    }
    return keys
      .map((key) => key.slice(WORD_KEY.length))
      .filter((node) => isNodeName(node) && node !== this.#options.node && !this.#near.has(node));
  }

  #take(node: string, value: unknown): void {
    const before = this.#known.get(node);
    if (value === '') {
      // Whatever stands there next may have lain on its way for as long as it was missing.
      this.#forgetWord(node, before);
      return;
    }
    if (before === undefined && this.#known.size >= NODES_MAX) {
      return;
    }
    try {
      const word = parseWord(String(value));
      this.#bad.delete(node);
      this.#known.set(node, { word, round: this.#round });
      const shared = this.meet(node, word);
      const moved = before?.word !== undefined && before.word.sequence !== word.sequence;
      if (moved && shared !== undefined) {
        this.#options.onWord(node, shared);
      }
    } catch (error) {
      this.#known.set(node, { word: undefined, round: this.#round });
      this.#say(node, `the word of ${node}: ${detailOfError(error)}`);
    }
  }

  #forgetWord(node: string, before: Known | undefined): void {
    if (before?.word !== undefined) {
      this.#known.set(node, { ...before, word: undefined });
    }
  }

  /** Nodes that two whole rounds did not show are gone for good, as far as counting them goes. */
  #forgetTheGone(): void {
    for (const [node, { round }] of this.#known) {
      if (round < this.#round - 1) {
        this.#known.delete(node);
        this.#leave(node);
      }
    }
  }

  #leave(node: string): void {
    if (!this.#options.shared.homes.includes(node)) {
      this.#near.delete(node);
    }
  }

  #say(about: string, detail: string): void {
    if (!this.#bad.has(about)) {
      this.#bad.add(about);
      this.#options.onTrouble(detail);
    }
  }
}
