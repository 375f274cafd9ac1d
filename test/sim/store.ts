// Redis: one primary that every relay writes to, and a replica on every host.

import type { VirtualTime } from './virtual-time.js';

export class SimPrimary {
  /** Keys in the database of each VIP. */
  readonly sizes = new Map<string, number>();
  troubledAtMs = -Infinity;
  hangs = 0;
  kills = 0;
  /** Counts its lives: a connection to an earlier one has ended. */
  life = 1;

  get answers(): boolean {
    return this.hangs === 0 && this.kills === 0;
  }

  get alive(): boolean {
    return this.kills === 0;
  }
}

export class SimReplica {
  sizes = new Map<string, number>();
  /** Faults of this host alone, by count. */
  linkCuts = 0;
  /** The host cannot reach the primary at all. */
  primaryCuts = 0;
  lags = 0;
  silences = 0;
  /** One-way: what is told here goes nowhere; what others tell does not arrive. */
  deafs = 0;
  dumbs = 0;
  /** The beat has stopped on its way, and nothing else. */
  beatStops = 0;
  linkUp = true;
  /** When any of its own was last wrong. */
  troubledAtMs = -Infinity;
  #stuckAtBytes = 0;
  readonly #time: VirtualTime;
  readonly #primary: SimPrimary;

  constructor(time: VirtualTime, primary: SimPrimary) {
    this.#time = time;
    this.#primary = primary;
  }

  get ownTrouble(): boolean {
    return (
      this.linkCuts + this.primaryCuts + this.lags + this.silences + this.deafs + this.beatStops > 0
    );
  }

  get linkPossible(): boolean {
    return this.#primary.alive && this.linkCuts === 0 && this.primaryCuts === 0;
  }

  get reachesPrimary(): boolean {
    return this.#primary.answers && this.primaryCuts === 0;
  }

  /** What this host tells reaches the primary. */
  get tells(): boolean {
    return this.reachesPrimary && this.dumbs === 0;
  }

  /** What the primary is told arrives here. */
  get hears(): boolean {
    return (
      this.#primary.answers &&
      this.linkUp &&
      this.lags === 0 &&
      this.silences === 0 &&
      this.deafs === 0
    );
  }

  get primaryLife(): number {
    return this.#primary.life;
  }

  get primaryOffsetBytes(): number {
    return Math.floor(this.#time.sinceStartMs / 100) * 50;
  }

  get offsetBytes(): number {
    if (!this.linkUp) {
      return -1;
    }
    return this.lags > 0 ? this.#stuckAtBytes : this.primaryOffsetBytes;
  }

  startLag(): void {
    if (this.lags === 0) {
      this.#stuckAtBytes = Math.max(0, this.offsetBytes);
    }
    this.lags += 1;
  }

  /** Takes what the primary has, as far as the link carries it. */
  follow(): void {
    if (this.linkUp && this.lags === 0 && this.#primary.answers) {
      this.sizes = new Map(this.#primary.sizes);
    }
  }
}
