// When a fresh word of a peer decides something: this relay may hang or its media be dead, and
// withdrawing the home is only right when another one is known to carry on; or a demotion may have to
// be made as a withdrawal (one-step-fall.ts). A peer is asked then, from the first doubt on, and not
// before: at rest a word a second is enough.

import { hasRoomFor } from './hold-off.js';
import type { State } from './machine.js';
import type { Policy } from './policy.js';
import { rankFor } from './rank.js';
import type { Vip } from './route.js';
import type { VipState } from './verdict.js';

export function awaitsWord(state: State, policy: Policy): boolean {
  const { relay, canary } = state.evidence;
  const homes = policy.vips.flatMap((vip) => {
    const known = state.vips[vip.name];
    return vip.role.kind === 'home' && known?.rank !== 'withdrawn' ? [{ vip, known }] : [];
  });
  return (
    relay.state !== 'dead' &&
    homes.some(
      ({ vip, known }) =>
        canary.doubtedSinceMs !== undefined ||
        known?.fallDueSinceMs !== undefined ||
        (relay.doubtedSinceMs !== undefined && isCramped(vip, known, state.nowMs)),
    )
  );
}

/** Its account has no room for a demotion and what may follow. */
function isCramped({ role }: Vip, known: VipState | undefined, nowMs: number): boolean {
  const demotion = { from: rankFor(role, 'serving'), to: rankFor(role, 'fallback') };
  return known?.rank === demotion.from && !hasRoomFor(known.holdOff, demotion, nowMs);
}
