// Which Call-IDs are on one side and not on the other. Whose call it is by the relay's own account
// does not matter: a call that a standby has taken over is listed as its own, and after the failback
// the home lists it as foreign, while the key stays in the home's database. What counts is that
// it is held.

import type { HeldSession } from '../../ports/session-parity.js';
import type { Side } from './sides.js';

/** What was read: the Call-IDs of each database, and the sessions of the relay by Call-ID. */
export interface Readings {
  readonly kept: ReadonlyMap<number, ReadonlySet<string>>;
  readonly held: ReadonlyMap<string, HeldSession>;
}

export interface Difference {
  /** In the database, not on the relay. */
  readonly missing: readonly string[];
  /** On the relay and of this database by its account, but in no database. */
  readonly extra: readonly string[];
}

export function difference({ database }: Side, { kept, held }: Readings): Difference {
  const missing = [...(kept.get(database) ?? [])].filter((callId) => !held.has(callId));
  const databases = [...kept.values()];
  const extra = [...held.values()]
    .filter((session) => session.database === database && !session.ending)
    .map(({ callId }) => callId)
    // A call that was taken over may be in either database, or in both.
    .filter((callId) => !databases.some((keys) => keys.has(callId)));
  return { missing, extra };
}

export function isEmpty({ missing, extra }: Difference): boolean {
  return missing.length === 0 && extra.length === 0;
}
