import { constants } from 'node:os';

import type { Guard } from './guard.js';

/** The first SIGTERM or SIGINT asks for the goodbye; the second one ends all at once. */
export function endAtSecondSignal(guard: Guard): void {
  let heard = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (heard) {
        guard.kill();
        process.exit(128 + constants.signals[signal]);
      }
      heard = true;
      guard.stop();
    });
  }
}
