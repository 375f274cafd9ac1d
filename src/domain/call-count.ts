// How many calls the relay has. Its own count holds the canaries as well, which are nobody's calls.

import type { Evidence } from './observe.js';

export interface CallCount {
  readonly own: number;
  readonly foreign: number;
  readonly total: number;
}

/**
 * Undefined when the relay does not tell. Sessions and canaries are looked at one after the other:
 * while a canary comes or goes the count may be one off for a second.
 */
export function countCalls({ relay, canary }: Evidence): CallCount | undefined {
  if (relay.sessions === undefined) {
    return undefined;
  }
  const { own, foreign, total } = relay.sessions;
  const kept = canary.state === 'heard' || canary.state === 'missed' ? 1 : 0;
  const held = Object.values(canary.foreign).filter((each) => each.held).length;
  return {
    own: Math.max(0, own - kept),
    foreign: Math.max(0, foreign - held),
    total: Math.max(0, total - kept - held),
  };
}
