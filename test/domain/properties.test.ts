import assert from 'node:assert/strict';

import fc from 'fast-check';

import { brokenIn, busiestWindow, isTheSameAgain } from '../../src/domain/invariants.js';
import { initialState, step, wakeAtMs, type Event, type State } from '../../src/domain/machine.js';
import { heldRoutes, POLICY, ROUTER, UNDRAINED } from './story.js';

type Timeless = Event extends infer Each
  ? Each extends Event
    ? Omit<Each, 'atMs'>
    : never
  : never;

const rank = fc.constantFrom<0 | 1 | 2 | 3 | 'withdrawn'>(0, 1, 2, 3, 'withdrawn');

const seen: fc.Arbitrary<Timeless> = fc.oneof(
  fc.record({
    kind: fc.constant('relay-connection' as const),
    state: fc.constantFrom(
      'open' as const,
      'ended' as const,
      'refused' as const,
      'unclear' as const,
    ),
  }),
  fc.constant({ kind: 'relay-ping' as const, outcome: 'answered' as const, roundTripMs: 1 }),
  fc.constant({ kind: 'relay-ping' as const, outcome: 'answered' as const, roundTripMs: 1 }),
  fc.constant({ kind: 'relay-ping' as const, outcome: 'refused' as const }),
  fc.record({
    kind: fc.constant('relay-ping' as const),
    outcome: fc.constant('missed' as const),
    lateMs: fc.integer({ min: 0, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('relay-sessions' as const),
    own: fc.integer({ min: 0, max: 9 }),
    foreign: fc.integer({ min: 0, max: 9 }),
    total: fc.integer({ min: 0, max: 18 }),
  }),
  fc.record({
    kind: fc.constant('redis-primary' as const),
    outcome: fc.constant('answered' as const),
    role: fc.constant('primary' as const),
    offsetBytes: fc.integer({ min: 0, max: 9 }),
  }),
  fc.constant({ kind: 'redis-primary' as const, outcome: 'unanswered' as const, detail: 'mute' }),
  fc.record({
    kind: fc.constant('redis-replica' as const),
    outcome: fc.constant('answered' as const),
    link: fc.constantFrom('up' as const, 'down' as const, 'syncing' as const, 'primary' as const),
    offsetBytes: fc.integer({ min: -1, max: 9 }),
    databaseSizes: fc.constant({ 1: 5, 2: 7 }),
  }),
  fc.constant({ kind: 'redis-replica' as const, outcome: 'unanswered' as const, detail: 'mute' }),
  fc.constant({ kind: 'speaker' as const, daemon: 'unreachable' as const }),
  fc.tuple(rank, rank).map((ranks) => ({
    kind: 'speaker' as const,
    daemon: 'up' as const,
    held: heldRoutes(POLICY.vips, ranks),
    sessions: [ROUTER],
  })),
  fc.record({ kind: fc.constant('declared' as const), number: fc.integer({ min: 0, max: 9 }) }),
  fc.record({
    kind: fc.constant('speaker-failed' as const),
    number: fc.integer({ min: 0, max: 9 }),
    detail: fc.constant('no'),
  }),
  fc.record({
    kind: fc.constant('advertised' as const),
    number: fc.integer({ min: 0, max: 9 }),
    advertisements: fc.constant([]),
  }),
  fc.constant({ kind: 'tick' as const }),
);

const events = fc
  .array(fc.tuple(seen, fc.constantFrom(0, 1, 20, 100, 500, 2_000, 12_000)), { maxLength: 60 })
  .map((steps): readonly Event[] => {
    let atMs = 0;
    return steps.map(([event, gapMs]) => {
      atMs += gapMs;
      return { ...event, atMs };
    });
  });

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
