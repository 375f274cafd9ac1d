// One session is risked before the others.
//
// rtpengine 10.5 that cannot restore a session (its ports are taken, an interface is missing) deletes it,
// and not only on its local replica, which refuses: over --redis-write it selects the database of
// the home on the primary and deletes it there (docs/decisions/0009). A restart of the home would
// then find nothing. The canary call of the home is the one to risk: nobody's call, and set up anew.

import { sleep } from '../../async/sleep.js';
import { canaryCallId } from '../../domain/canary-call.js';
import type { SessionKeys, SessionLister } from '../../ports/session-parity.js';
import type { Side } from './sides.js';

const RESTORED_AFTER_MS = 1_000;

export type Trial =
  /** `told`: customers' calls that were told of. */
  | { readonly outcome: 'restored'; readonly told: number }
  | { readonly outcome: 'unheard' }
  /** `callId` is that of a customer's call that was risked. */
  | { readonly outcome: 'failed'; readonly callId: string | undefined };

export async function tryOne(
  missing: { readonly side: Side; readonly callIds: readonly string[] },
  { keys, lister }: { readonly keys: SessionKeys; readonly lister: SessionLister },
  signal: AbortSignal,
): Promise<Trial> {
  const { database, of } = missing.side;
  const canary = of === undefined ? [] : [canaryCallId(of)];
  const risked = (
    await keys.kept(database, [...canary, ...missing.callIds.slice(0, 1)], signal)
  )[0];
  if (risked === undefined || (await isHeld(risked, lister, signal))) {
    return { outcome: 'restored', told: 0 };
  }
  if ((await keys.tellAgain(database, [risked], signal)) === 0) {
    return { outcome: 'unheard' };
  }
  await sleep(RESTORED_AFTER_MS, signal);
  signal.throwIfAborted();
  const call = canary.includes(risked) ? undefined : risked;
  return (await isHeld(risked, lister, signal))
    ? { outcome: 'restored', told: call === undefined ? 0 : 1 }
    : { outcome: 'failed', callId: call };
}

async function isHeld(
  wanted: string,
  lister: SessionLister,
  signal: AbortSignal,
): Promise<boolean> {
  let held = false;
  await lister.list(({ callId }) => (held ||= callId === wanted), signal);
  return held;
}
