// Ends calls that nobody ends: a proxy that died, a BYE that got lost.

import type { Timeouts } from '../config/config.js';
import type { Call } from './call.js';
import type { CallBook, Ending } from './call-book.js';

/**
 * Why this call is over, or undefined when it is not. Only own calls: a peer's call is silent here
 * for as long as the peer carries it.
 */
function endingOf(call: Call, timeouts: Timeouts, nowMs: number): Ending | undefined {
  if (call.holder.kind !== 'own') {
    return undefined;
  }
  if (timeouts.finalMs > 0 && nowMs - call.beganAtMs >= timeouts.finalMs) {
    return 'final-timeout';
  }
  const { media, parties } = call.record;
  if (parties[1].tags.length === 0 || media.every((each) => each?.sides[1].told === null)) {
    return nowMs - call.signalledAtMs >= timeouts.offerMs ? 'offer-timeout' : undefined;
  }
  const onHold = media.some((each) => each?.sides.some((side) => side.onHold) === true);
  const limitMs = onHold ? timeouts.silentMs : timeouts.mediaMs;
  if (nowMs - call.lastHeardAtMs() < limitMs) {
    return undefined;
  }
  return onHold ? 'silent-timeout' : 'media-timeout';
}

/** So many calls are looked at in one turn, since media waits meanwhile. */
const CALLS_PER_ROUND = 2_000;

/** Looks at every call in turn, some at a time. */
export class Patrol {
  readonly #book: CallBook;
  readonly #timeouts: Timeouts;
  #calls: Iterator<Call, undefined> = new Map<string, Call>().values();

  constructor(book: CallBook, timeouts: Timeouts) {
    this.#book = book;
    this.#timeouts = timeouts;
  }

  /** Ends the calls that are over among the next ones, and returns them. */
  round(): readonly (readonly [Call, Ending])[] {
    const nowMs = performance.now();
    const over: [Call, Ending][] = [];
    for (const call of this.#next()) {
      const ending = endingOf(call, this.#timeouts, nowMs);
      if (ending !== undefined) {
        over.push([call, ending]);
      }
    }
    over.forEach(([call, ending]) => this.#book.end(call, ending));
    return over;
  }

  /** Begins anew where the last round came to the end. */
  #next(): readonly Call[] {
    const found: Call[] = [];
    let restarted = false;
    while (found.length < CALLS_PER_ROUND) {
      const { done, value } = this.#calls.next();
      if (done !== true) {
        found.push(value);
      } else if (restarted || found.length > 0) {
        break;
      } else {
        restarted = true;
        this.#calls = this.#book.all()[Symbol.iterator]();
      }
    }
    return found;
  }
}
