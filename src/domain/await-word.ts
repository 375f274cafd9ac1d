// When a fresh word of a peer decides something: this relay may hang, and withdrawing it is only
// right when another one is known to live. A peer is asked then, and not before: at rest a word a
// second is enough.

import type { Evidence } from './observe.js';

/** Canary packets missed in a row before a peer is asked; single ones get lost. */
export const MISSES_TO_ASK = 2;

export function awaitsWord({ relay, canary }: Evidence): boolean {
  return (
    relay.state === 'silent' || (relay.state === 'alive' && canary.missesInARow >= MISSES_TO_ASK)
  );
}
