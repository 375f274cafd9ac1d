// What a router that damps (RFC 2439, the usual values of RIPE-580) thinks of the updates that it is
// sent, written down once more and independently of the core. One account for each prefix of a peer.

const HALF_LIFE_MS = 900_000;
const SUPPRESS = 2_000;
const REUSE = 750;

export type Sent = number | 'withdrawn';

export class DampingRouter {
  #sent: Sent;
  #penalty = 0;
  #atMs = 0;
  #mutes = false;

  constructor(sent: Sent) {
    this.#sent = sent;
  }

  /** The peer is heard; what is the same as before is no flap. Returns the account after it. */
  hear(sent: Sent, nowMs: number): number {
    const known = this.penaltyAt(nowMs);
    const muted = this.#mutes && known > REUSE;
    this.#penalty = known + costOf(this.#sent, sent);
    this.#atMs = nowMs;
    this.#mutes = muted || this.#penalty >= SUPPRESS;
    this.#sent = sent;
    return this.#penalty;
  }

  /** The path as the peer last sent it. */
  get sent(): Sent {
    return this.#sent;
  }

  penaltyAt(nowMs: number): number {
    return this.#penalty * 0.5 ** ((nowMs - this.#atMs) / HALF_LIFE_MS);
  }

  get mutes(): boolean {
    return this.#mutes;
  }
}

function costOf(from: Sent, to: Sent): number {
  if (from === to || from === 'withdrawn') {
    return 0;
  }
  return to === 'withdrawn' ? 1_000 : 500;
}
