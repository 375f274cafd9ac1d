// Where the primary is, in the words of the Sentinels. What most of the configured ones say is
// believed. While they do not agree, or do not answer, the last known primary is kept: no failover
// can happen without most of them, and one that lies, or lags behind, moves nothing.

import { tickEvery } from '../../async/tick.js';
import type { HostPort } from '../../config/config.js';
import type { SentinelLink } from './sentinel-link.js';

/** For a primary that answers us and that the Sentinels have given up. */
const ASK_EVERY_MS = 2_000;
/** In trouble every look without an answer asks, but no more often than this. */
const ASK_AGAIN_MS_MIN = 500;
/** At the start a few Sentinels are better than none, once the others had time to answer. */
const PATIENCE_MS = 2_000;

export class PrimaryFinder {
  readonly #links: readonly SentinelLink[];
  readonly #moved: () => void;
  #current: HostPort | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #patient = true;

  /** `moved` is called when another primary than before is found. */
  constructor(makeLinks: (heard: () => void) => readonly SentinelLink[], moved: () => void) {
    this.#links = makeLinks(() => this.#settle());
    this.#moved = moved;
  }

  /** The last known primary. */
  get current(): HostPort | undefined {
    return this.#current;
  }

  /** Asks again, since something is wrong with the primary. */
  doubt(): void {
    if (performance.now() - this.#askedAtMs >= ASK_AGAIN_MS_MIN) {
      this.#ask();
    }
  }

  /** Asks until `signal` aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    this.#links.forEach((link) => link.open());
    const timer = setTimeout(() => {
      this.#patient = false;
      this.#settle();
    }, PATIENCE_MS);
    await tickEvery(ASK_EVERY_MS, () => this.#ask(), signal);
    clearTimeout(timer);
    this.#links.forEach((link) => link.close());
  }

  #ask(): void {
    this.#askedAtMs = performance.now();
    this.#links.forEach((link) => link.ask());
  }

  #settle(): void {
    const said = this.#links.flatMap(({ says }) => (says === undefined ? [] : [says]));
    const votesFor = (each: HostPort): number => said.filter((other) => isSame(each, other)).length;
    const winner = said.toSorted((one, other) => votesFor(other) - votesFor(one))[0];
    if (winner === undefined || isSame(winner, this.#current)) {
      return;
    }
    const most = votesFor(winner) > this.#links.length / 2;
    if (most || (this.#current === undefined && !this.#patient)) {
      this.#current = winner;
      this.#moved();
    }
  }
}

function isSame(one: HostPort, other: HostPort | undefined): boolean {
  return one.host === other?.host && one.port === other.port;
}
