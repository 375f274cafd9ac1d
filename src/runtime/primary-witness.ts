import type { SessionStore } from '../ports/session-store.js';

export interface WitnessedStore {
  /** Undefined when no Redis is configured. */
  readonly store: SessionStore | undefined;
  /** What the last look at the primary said; true where there is none to wait for. */
  readonly primaryAnswers: () => boolean;
}

/**
 * Overhears what is seen of the primary, for those who must not make the relay write while it could
 * hang on Redis.
 */
export function witnessPrimary(store: SessionStore | undefined): WitnessedStore {
  if (store === undefined) {
    return { store, primaryAnswers: () => true };
  }
  let answers = false;
  return {
    primaryAnswers: () => answers,
    store: {
      watch: (listener, signal) =>
        store.watch((seen) => {
          if (seen.kind === 'redis-primary') {
            answers = seen.outcome === 'answered';
          }
          listener(seen);
        }, signal),
    },
  };
}
