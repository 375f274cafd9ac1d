// The port pairs of one address: an even port for RTP, the next one for RTCP.
//
// A port that was given back rests before it is given out again: a telephone whose BYE got lost goes
// on sending, and its voice must not come out in somebody else's call. The pair that has rested
// longest goes first.

import { RelayError } from '../errors.js';
import { Traffic } from './traffic.js';

export interface PortPoolOptions {
  readonly min: number;
  readonly max: number;
  readonly quarantineMs: number;
}

export interface PortPoolCounts {
  readonly pairs: number;
  readonly used: number;
  readonly resting: number;
}

export class PortPool {
  readonly traffic = new Traffic();
  readonly #firstPort: number;
  readonly #pairs: number;
  readonly #quarantineMs: number;
  readonly #inUse: Uint8Array;
  /** Not the same as free: a pair that is claimed by number stays in the queue until its turn. */
  readonly #queued: Uint8Array;
  readonly #releasedAtMs: Float64Array;
  readonly #queue: Uint16Array;
  /** The streams heard last on each pair, so that the next call can tell a latecomer from its party. */
  readonly #lastSsrcs = new Map<number, number>();
  #head = 0;
  #length = 0;
  #used = 0;

  constructor(options: PortPoolOptions) {
    this.#firstPort = options.min + (options.min % 2);
    this.#pairs = Math.max(0, Math.floor((options.max - this.#firstPort + 1) / 2));
    this.#quarantineMs = options.quarantineMs;
    this.#inUse = new Uint8Array(this.#pairs);
    this.#queued = new Uint8Array(this.#pairs);
    this.#releasedAtMs = new Float64Array(this.#pairs).fill(Number.NEGATIVE_INFINITY);
    this.#queue = new Uint16Array(this.#pairs);
    for (let pair = 0; pair < this.#pairs; pair += 1) {
      this.#enqueue(pair);
    }
  }

  /** The RTP port of a pair that is free and has rested. Throws RelayError `no-ports`. */
  take(nowMs: number): number {
    for (let looked = this.#length; looked > 0; looked -= 1) {
      const pair = this.#dequeue();
      if (this.#inUse[pair] === 1) {
        continue;
      }
      if (this.#isResting(pair, nowMs)) {
        this.#enqueue(pair);
        continue;
      }
      return this.#use(pair);
    }
    throw new RelayError('no-ports', 'Ran out of ports');
  }

  /** Takes the pair of this RTP port if it is free, resting or not: a peer's call comes with its ports. */
  claim(port: number): boolean {
    const pair = (port - this.#firstPort) / 2;
    if (!Number.isInteger(pair) || pair < 0 || pair >= this.#pairs || this.#inUse[pair] === 1) {
      return false;
    }
    this.#use(pair);
    return true;
  }

  release(port: number, nowMs: number, lastSsrc: number | undefined): void {
    const pair = (port - this.#firstPort) / 2;
    if (this.#inUse[pair] !== 1) {
      return;
    }
    this.#inUse[pair] = 0;
    this.#used -= 1;
    this.#releasedAtMs[pair] = nowMs;
    if (lastSsrc !== undefined) {
      this.#lastSsrcs.set(port, lastSsrc);
    }
    if (this.#queued[pair] === 0) {
      this.#enqueue(pair);
    }
  }

  lastSsrc(port: number): number | undefined {
    return this.#lastSsrcs.get(port);
  }

  counts(nowMs: number): PortPoolCounts {
    let resting = 0;
    for (let pair = 0; pair < this.#pairs; pair += 1) {
      resting += this.#inUse[pair] === 0 && this.#isResting(pair, nowMs) ? 1 : 0;
    }
    return { pairs: this.#pairs, used: this.#used, resting };
  }

  #use(pair: number): number {
    this.#inUse[pair] = 1;
    this.#used += 1;
    return this.#firstPort + pair * 2;
  }

  #isResting(pair: number, nowMs: number): boolean {
    return nowMs - (this.#releasedAtMs[pair] ?? 0) < this.#quarantineMs;
  }

  #enqueue(pair: number): void {
    this.#queue[(this.#head + this.#length) % this.#pairs] = pair;
    this.#length += 1;
    this.#queued[pair] = 1;
  }

  #dequeue(): number {
    const pair = this.#queue[this.#head] ?? 0;
    this.#head = (this.#head + 1) % this.#pairs;
    this.#length -= 1;
    this.#queued[pair] = 0;
    return pair;
  }
}
