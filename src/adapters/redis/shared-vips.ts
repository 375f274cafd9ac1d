// Which of a peer's VIPs this host has a part in. A VIP is told by its home and its name: hosts of
// one fleet may well call their own VIPs alike.

import type { PeerVip, PeerWord } from '../../domain/evidence.js';
import type { Vip } from '../../domain/route.js';

export class SharedVips {
  /** The homes that this host stands by for. */
  readonly homes: readonly string[];
  readonly #own: ReadonlySet<string>;

  constructor(node: string, vips: readonly Vip[]) {
    const placed = vips.map(({ name, role }) => ({
      name,
      home: role.kind === 'standby' ? role.of : node,
    }));
    this.homes = [...new Set(placed.map(({ home }) => home))].filter((home) => home !== node);
    this.#own = new Set(placed.map(({ home, name }) => keyOf(home, name)));
  }

  /** The word without what concerns others only; undefined when nothing is left. */
  of(node: string, word: PeerWord): PeerWord | undefined {
    const vips = word.vips.filter((vip) => this.#shares(node, vip));
    return vips.length === 0 ? undefined : { ...word, vips };
  }

  #shares(node: string, { name, of }: PeerVip): boolean {
    return this.#own.has(keyOf(of ?? node, name));
  }
}

function keyOf(home: string, name: string): string {
  return `${home} ${name}`;
}
