// When a fresh word of a peer decides something: this relay may hang or its media be dead, and
// withdrawing the home is only right when another one is known to carry on. A peer is asked then,
// from the first doubt on, and not before: at rest a word a second is enough.

import type { State } from './machine.js';
import type { Policy } from './policy.js';

export function awaitsWord({ evidence, vips }: State, policy: Policy): boolean {
  const { relay, canary } = evidence;
  const homeStands = policy.vips.some(
    ({ name, role }) => role.kind === 'home' && vips[name]?.rank !== 'withdrawn',
  );
  return homeStands && relay.state !== 'dead' && canary.doubtedSinceMs !== undefined;
}
