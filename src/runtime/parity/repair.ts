// Brings back what the standby's relay has missed. rtpengine takes a peer's session from the event
// of its key and never looks for what it missed: a call whose event fell into a restart of the
// replica, or into a moment of lost connection, is gone for it until the call changes. Telling of
// the key again on the local replica is all that is needed.
//
// Only the local replica's subscribers hear it: nothing is written and no other host is touched.
// The event is for sessions that the relay lacks; one that it holds would be taken down and built
// anew. So the relay is asked again right before each batch.

import { sleep } from '../../async/sleep.js';
import type { SessionKeys, SessionLister } from '../../ports/session-parity.js';
import { readHeld, stillKept, untilNextBite } from './read-sessions.js';
import type { Side } from './sides.js';

/** A batch a second, in bites: the relay restores at most this many calls a second on our word. */
const BATCH_MAX = 500;
const BITE_MAX = 25;
const BATCH_EVERY_MS = 1_000;

export interface RepairOutcome {
  readonly published: number;
  readonly healed: number;
  /** What the relay lacks still. */
  readonly left: readonly string[];
  /** Nobody listens: the relay is not subscribed to the database. */
  readonly unheard: boolean;
}

export async function repair(
  missing: { readonly side: Side; readonly callIds: readonly string[] },
  parts: { readonly keys: SessionKeys; readonly lister: SessionLister },
  signal: AbortSignal,
): Promise<RepairOutcome> {
  const { database } = missing.side;
  let published = 0;
  let unheard = false;
  for (let from = 0; from < missing.callIds.length && !unheard; from += BATCH_MAX) {
    const batch = missing.callIds.slice(from, from + BATCH_MAX);
    const callIds = await stillMissing(batch, { ...parts, database }, signal);
    const told = await tell(callIds, { ...parts, database }, signal);
    unheard = told < callIds.length;
    published += told;
    await sleep(BATCH_EVERY_MS, signal);
    signal.throwIfAborted();
  }
  const kept = await stillKept(parts.keys, { database, callIds: missing.callIds }, signal);
  const held = await readHeld(parts.lister, signal);
  const healed = missing.callIds.filter((callId) => held.has(callId)).length;
  const left = missing.callIds.filter((callId) => kept.has(callId) && !held.has(callId));
  return { published, healed, left, unheard };
}

interface Bench {
  readonly keys: SessionKeys;
  readonly lister: SessionLister;
  readonly database: number;
}

async function stillMissing(
  callIds: readonly string[],
  { keys, lister, database }: Bench,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const kept = await stillKept(keys, { database, callIds }, signal);
  const held = await readHeld(lister, signal);
  return callIds.filter((callId) => kept.has(callId) && !held.has(callId));
}

/** How many were told of and heard. */
async function tell(
  callIds: readonly string[],
  { keys, database }: Bench,
  signal: AbortSignal,
): Promise<number> {
  for (let from = 0; from < callIds.length; from += BITE_MAX) {
    await untilNextBite(signal);
    const bite = callIds.slice(from, from + BITE_MAX);
    if ((await keys.tellAgain(database, bite, signal)) === 0) {
      return from;
    }
  }
  return callIds.length;
}
