// Ends calls that nobody ends: a proxy that died, a BYE that got lost.

import type { Timeouts } from '../config/config.js';
import type { Call } from './call.js';
import type { CallBook, Ending } from './call-book.js';

/**
 * Why this call is over, or undefined when it is not. Only own calls: a peer's call is silent here
 * for as long as the peer carries it.
 */
export function endingOf(call: Call, timeouts: Timeouts, nowMs: number): Ending | undefined {
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

export function endSilentCalls(
  book: CallBook,
  timeouts: Timeouts,
  ended: (call: Call, ending: Ending) => void,
): void {
  const nowMs = performance.now();
  const over: [Call, Ending][] = [];
  for (const call of book.all()) {
    const ending = endingOf(call, timeouts, nowMs);
    if (ending !== undefined) {
      over.push([call, ending]);
    }
  }
  for (const [call, ending] of over) {
    book.end(call, ending);
    ended(call, ending);
  }
}
