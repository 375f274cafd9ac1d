// One round of the comparison by Call-ID.
//
// Keys and sessions are never read at the same instant, and calls come and go all the while: some
// hundred differ at every look of a busy relay. So a difference counts only when it is seen again
// after a pause: the key still (or still not) there, the session still not (or still) there.

import { sleep } from '../../async/sleep.js';
import type { SessionKeys, SessionLister } from '../../ports/session-parity.js';
import { difference, isEmpty, type Difference, type Readings } from './differences.js';
import { readHeld, readKept, stillKept } from './read-sessions.js';
import type { Side } from './sides.js';

/** Longer than a call is in set-up, and than a key takes from the primary to the replica. */
const CONFIRM_AFTER_MS = 1_000;

export interface CompareParts {
  readonly lister: SessionLister;
  readonly keys: SessionKeys;
}

export interface Compared extends Difference {
  readonly side: Side;
  /** Every Call-ID of the database. */
  readonly kept: ReadonlySet<string>;
  readonly expected: number;
}

export async function compare(
  sides: readonly Side[],
  parts: CompareParts,
  signal: AbortSignal,
): Promise<readonly Compared[]> {
  const kept = new Map<number, ReadonlySet<string>>();
  for (const { database } of sides) {
    kept.set(database, await readKept(parts.keys, database, signal));
  }
  const first = { kept, held: await readHeld(parts.lister, signal) };
  const seen = sides.map((side) => ({ side, ...difference(side, first) }));
  const confirmed = seen.every(isEmpty) ? seen : await confirm(seen, parts, signal);
  return confirmed.map((each) => {
    const keys = kept.get(each.side.database) ?? new Set<string>();
    return { ...each, kept: keys, expected: keys.size };
  });
}

type Seen = Difference & { readonly side: Side };

async function confirm(
  seen: readonly Seen[],
  { keys, lister }: CompareParts,
  signal: AbortSignal,
): Promise<readonly Seen[]> {
  await sleep(CONFIRM_AFTER_MS, signal);
  signal.throwIfAborted();
  const kept: [number, ReadonlySet<string>][] = [];
  for (const { side, missing, extra } of seen) {
    const asked = { database: side.database, callIds: [...missing, ...extra] };
    kept.push([side.database, await stillKept(keys, asked, signal)]);
  }
  const lasting = seen.map((each) => lastingOf(each, { kept: new Map(kept) }));
  if (lasting.every(isEmpty)) {
    return lasting;
  }
  const again = { kept: new Map(kept), held: await readHeld(lister, signal) };
  return lasting.map((each) => lastingOf(each, again));
}

/** What of a difference is left over in later readings, as far as they go. */
function lastingOf(seen: Seen, { kept, held }: Partial<Readings> & Pick<Readings, 'kept'>): Seen {
  const keys = kept.get(seen.side.database);
  return {
    side: seen.side,
    missing: seen.missing.filter((id) => keys?.has(id) === true && held?.has(id) !== true),
    extra: seen.extra.filter((id) => keys?.has(id) !== true && (held?.has(id) ?? true)),
  };
}
