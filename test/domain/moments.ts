// Runs of the core as the invariants see them, true ones and made-up ones.

import type { Moment } from '../../src/domain/invariants.js';
import { step, type Event, type State } from '../../src/domain/machine.js';
import type { Rank } from '../../src/domain/rank.js';
import type { Reason } from '../../src/domain/reasons.js';
import { POLICY, Story } from './story.js';

export function momentOf(story: Story, event: Event): Moment {
  const before = story.state;
  const { state: after, effects } = step(before, event, POLICY);
  return { event, before, after, effects };
}

export const TICK: Event = { kind: 'tick', atMs: 20_000 };

/** A moment in which VIP a is said to have moved, and what moved it. */
export function moved(from: Rank, to: Rank, reason: Reason, story = Story.healthy()): Moment {
  const calm = momentOf(story, TICK);
  const changes = [{ vip: 'a', from, to, reason }];
  const after: State = {
    ...calm.after,
    vips: { ...calm.after.vips, a: { ...calm.after.vips['a']!, rank: to, reason } },
  };
  const routes = POLICY.vips.flatMap(({ name, prefixes }) =>
    prefixes.map((prefix) => ({
      vip: name,
      prefix,
      rank: name === 'a' ? to : (story.rank('b') ?? 1),
    })),
  );
  return {
    ...calm,
    after,
    effects: [
      { kind: 'declare', number: 9, routes },
      { kind: 'decided', number: 9, changes },
    ],
  };
}
