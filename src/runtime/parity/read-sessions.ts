// Reads both sides of the comparison, slowly enough to disturb neither.

import { sleep } from '../../async/sleep.js';
import { nextGridMs } from '../../async/tick.js';
import { isCanaryCallId } from '../../domain/canary-call.js';
import type { HeldSession, SessionKeys, SessionLister } from '../../ports/session-parity.js';

/** The grid that the probes keep to: a bite then costs no wake-up of its own. */
const BITE_EVERY_MS = 50;
/** EXISTS for so many keys takes the replica a third of a millisecond. */
const ASKED_AT_ONCE_MAX = 500;
/** Four times what the largest relay holds; more would be somebody else's database. */
export const SESSIONS_MAX = 100_000;

/** Holdline's own calls come and go by rules of their own. */
function isCustomers(callId: string): boolean {
  return !isCanaryCallId(callId);
}

export async function untilNextBite(signal: AbortSignal): Promise<void> {
  const dueAtMs = nextGridMs(BITE_EVERY_MS, performance.now());
  await sleep(Math.ceil(dueAtMs - performance.now()), signal);
  signal.throwIfAborted();
}

/** Every Call-ID that was in the database all the while. */
export async function readKept(
  keys: SessionKeys,
  database: number,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const callIds = new Set<string>();
  let cursor: string | undefined;
  do {
    await untilNextBite(signal);
    const bite = await keys.bite({ database, cursor }, signal);
    bite.callIds.filter(isCustomers).forEach((callId) => callIds.add(callId));
    cursor = bite.next;
  } while (cursor !== undefined && callIds.size < SESSIONS_MAX);
  return callIds;
}

/** Those of the Call-IDs that are in the database now. */
export async function stillKept(
  keys: SessionKeys,
  asked: { readonly database: number; readonly callIds: readonly string[] },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let from = 0; from < asked.callIds.length; from += ASKED_AT_ONCE_MAX) {
    await untilNextBite(signal);
    const some = asked.callIds.slice(from, from + ASKED_AT_ONCE_MAX);
    (await keys.kept(asked.database, some, signal)).forEach((callId) => found.add(callId));
  }
  return found;
}

export async function readHeld(
  lister: SessionLister,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, HeldSession>> {
  const held = new Map<string, HeldSession>();
  const take = (session: HeldSession): void => {
    if (isCustomers(session.callId) && held.size < SESSIONS_MAX) {
      held.set(session.callId, session);
    }
  };
  await lister.list(take, signal);
  return held;
}
