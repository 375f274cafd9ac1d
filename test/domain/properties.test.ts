import assert from 'node:assert/strict';

import fc from 'fast-check';

import { brokenIn, busiestWindow, isTheSameAgain } from '../../src/domain/invariants.js';
import { initialState, step, wakeAtMs, type Event, type State } from '../../src/domain/machine.js';
import { events } from './any-moments.js';
import { POLICY, UNDRAINED } from './story.js';

/** Tells the core these events and shows each run of it. */
function tell(
  list: readonly Event[],
  look: (before: State, event: Event, after: State) => void,
): State {
  let state = initialState(POLICY, UNDRAINED, 0);
  for (const event of list) {
    const before = state;
    state = step(before, event, POLICY).state;
    look(before, event, state);
  }
  return state;
}

describe('the core, told anything in any order', () => {
  it('breaks no invariant', () => {
    fc.assert(
      fc.property(events, (list) => {
        tell(list, (before, event, after) => {
          const { effects } = step(before, event, POLICY);
          assert.deepEqual(brokenIn({ before, event, after, effects }, POLICY), []);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('decides the same when it is told the same', () => {
    fc.assert(
      fc.property(events, (list) => {
        const once = tell(list, (before, event, after) => {
          const { effects } = step(before, event, POLICY);
          assert.ok(isTheSameAgain({ before, event, after, effects }, POLICY));
        });
        assert.equal(JSON.stringify(tell(list, () => undefined)), JSON.stringify(once));
      }),
      { numRuns: 100 },
    );
  });

  it('changes a route no more than eight times in ten minutes', () => {
    fc.assert(
      fc.property(events, (list) => {
        const changes: number[] = [];
        tell(list, (before, _event, after) => {
          const from = before.vips['a']?.rank;
          if (from !== undefined && from !== after.vips['a']?.rank) {
            changes.push(after.nowMs);
          }
        });
        assert.ok(busiestWindow(changes, 600_000) <= 8, `${changes.length}`);
      }),
      { numRuns: 300 },
    );
  });

  it('is woken in the future, or has been woken too late already and gets on', () => {
    fc.assert(
      fc.property(events, (list) => {
        tell(list, (_before, _event, after) => {
          const atMs = wakeAtMs(after);
          const woken = step(
            after,
            { kind: 'tick', atMs: (atMs ?? after.nowMs) + 1 },
            POLICY,
          ).state;
          assert.notEqual(wakeAtMs(woken), atMs === undefined ? NaN : atMs);
        });
      }),
      { numRuns: 100 },
    );
  });
});
