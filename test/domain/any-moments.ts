// Anything that a core may be told, in any order and at any distance in time.

import fc from 'fast-check';

import type { RelayState } from '../../src/domain/evidence.js';
import type { Event } from '../../src/domain/machine.js';
import type { Rank } from '../../src/domain/rank.js';
import { heldRoutes, POLICY, ROUTER, WORD } from './story.js';

const rank = fc.constantFrom<Rank>(0, 1, 2, 3, 'withdrawn');

const count = fc.integer({ min: 0, max: 9 });

const late = fc.integer({ min: 0, max: 40 });

/** A word of the peer; its number may fall, and it may answer a question that was asked `agoMs` before. */
const word = fc
  .record({
    sequence: fc.integer({ min: 1, max: 9 }),
    relay: fc.constantFrom<RelayState>('alive', 'alive', 'silent', 'dead', 'unknown'),
    well: fc.constantFrom(true, true, false, undefined),
    ranks: fc.tuple(rank, rank),
    held: fc.boolean(),
    agoMs: fc.constantFrom(undefined, 0, 5, 500, 2_000),
  })
  .map(({ sequence, relay, well, ranks: [own, other], held, agoMs }) => ({
    kind: 'peer' as const,
    node: 'relay-b',
    agoMs,
    word: {
      ...WORD,
      sequence,
      relay,
      well,
      canaries: { 'relay-a': held, 'relay-b': held },
      vips: [
        { name: 'b', rank: own },
        { name: 'a', rank: other, of: 'relay-a' },
      ],
    },
  }));

/** What is told beside the looks at the relay's process, Redis and the daemon. */
const told = fc.oneof(
  word,
  word,
  fc.constant({ kind: 'relay-canary' as const, outcome: 'heard' as const, roundTripMs: 1 }),
  fc.record({
    kind: fc.constant('relay-canary' as const),
    outcome: fc.constant('missed' as const),
    lateMs: late,
  }),
  fc.constant({ kind: 'relay-canary' as const, outcome: 'absent' as const, detail: 'refused' }),
  fc.record({
    kind: fc.constant('foreign-canary' as const),
    of: fc.constant('relay-b'),
    held: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('relay-condition' as const),
    condition: fc.constantFrom('vip-missing' as const, 'asked' as const),
    holds: fc.boolean(),
    detail: fc.constant('as told'),
  }),
  fc.constant({ kind: 'redis-beat' as const, outcome: 'seen' as const, roundTripMs: 2 }),
  fc.record({
    kind: fc.constant('redis-beat' as const),
    outcome: fc.constant('overdue' as const),
    ageMs: fc.integer({ min: 100, max: 900 }),
  }),
  fc.constant({ kind: 'redis-beat' as const, outcome: 'unsent' as const, detail: 'mute' }),
  fc.record({
    kind: fc.constant('parity' as const),
    side: fc.constantFrom('home' as const, 'standby' as const),
    database: fc.constantFrom(1, 2),
    expected: count,
    held: count,
    missing: count,
    extra: count,
    samples: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant('repair' as const),
    database: fc.constantFrom(1, 2),
    published: count,
    healed: count,
  }),
);

/** Looks at the relay's process, Redis and the daemon. */
const looked = fc.oneof(
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

const seen = fc.oneof(told, looked, looked);

type Timeless = typeof seen extends fc.Arbitrary<infer Each> ? Each : never;

export const events = fc
  .array(fc.tuple(seen, fc.constantFrom(0, 1, 20, 100, 500, 2_000, 12_000)), { maxLength: 80 })
  .map((steps): readonly Event[] => {
    let atMs = 0;
    return steps.map(([event, gapMs]) => {
      atMs += gapMs;
      return asOf(event, atMs);
    });
  });

/** A question that was asked some time ago was asked at a time. */
function asOf(event: Timeless, atMs: number): Event {
  if (event.kind !== 'peer') {
    return { ...event, atMs };
  }
  const { agoMs, ...peer } = event;
  return agoMs === undefined ? { ...peer, atMs } : { ...peer, atMs, madeAfterMs: atMs - agoMs };
}
