// Anything that can happen to a pair, in any order: what fast-check draws from.

import fc from 'fast-check';

import type { Event, State } from '../../../src/domain/machine.js';
import type { Policy } from '../../../src/domain/policy.js';
import { heldRoutes, HOME, POLICY, ROUTER, STANDBY } from '../../domain/story.js';

export interface Moment {
  readonly waitMs: number;
  readonly event: (atMs: number, state: State) => Event;
  readonly daemon: 'answers' | 'refuses' | 'lies' | 'mute';
}

/** Some seconds in which the probes only say how things are, then things that happen. */
export interface Chapter {
  readonly steps: number;
  /** Bytes by which each look at the replica finds it behind, while the primary writes. */
  readonly behind: number;
  /** Sessions that every count finds missing. */
  readonly missing: number;
  readonly moments: readonly Moment[];
}

export function anyStory(): fc.Arbitrary<readonly Chapter[]> {
  const chapter = fc.record({
    steps: fc.integer({ min: 0, max: 120 }),
    behind: fc.constantFrom(0, 0, 30, 700),
    missing: fc.constantFrom(0, 0, 1),
    moments: fc.array(anyMoment(), { maxLength: 5 }),
  });
  return fc.array(chapter, { minLength: 1, maxLength: 12, size: 'max' });
}

/** What the probes say at the step of this number, 50 ms each, `atMs` being its time. */
export function steadyEvents(
  { behind, missing }: Chapter,
  number: number,
  atMs: number,
): readonly Event[] {
  const offsetBytes = Math.floor(atMs);
  const ping: Event = { kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: 0.2 };
  const redis: readonly Event[] = [
    { kind: 'redis-primary', atMs, outcome: 'answered', role: 'primary', offsetBytes },
    {
      kind: 'redis-replica',
      atMs,
      outcome: 'answered',
      link: 'up',
      offsetBytes: offsetBytes - behind,
      databaseSizes: { 1: 5, 2: 7 },
    },
  ];
  const [own, foreign] = [5, 7 - missing];
  const count: Event = { kind: 'relay-sessions', atMs, own, foreign, total: own + foreign };
  return [ping, ...(number % 2 === 0 ? redis : []), ...(number % 20 === 0 ? [count] : [])];
}

export function anyPolicy(): fc.Arbitrary<Policy> {
  return fc
    .record({
      missesMax: fc.constantFrom(1, 4),
      settleMs: fc.constantFrom(0, 2_000, 10_000),
      replicated: fc.boolean(),
      countsSessions: fc.boolean(),
      failback: fc.constantFrom('auto', 'manual'),
    })
    .map((given) => ({ ...POLICY, ...given }));
}

export function anyMoment(): fc.Arbitrary<Moment> {
  return fc.record({
    waitMs: fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: 0, max: 60, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 20_000, noNaN: true }) },
    ),
    event: anyEvent(),
    daemon: fc.constantFrom('answers', 'answers', 'answers', 'refuses', 'lies', 'mute'),
  });
}

function anyEvent(): fc.Arbitrary<Moment['event']> {
  return fc.oneof(
    { weight: 12, arbitrary: anyPing() },
    { weight: 8, arbitrary: anyReplica() },
    { weight: 6, arbitrary: anyPrimary() },
    { weight: 4, arbitrary: anyCount() },
    { weight: 2, arbitrary: anyConnection() },
    { weight: 2, arbitrary: anySpeaker() },
    { weight: 1, arbitrary: anyOrder() },
  );
}

function anyPing(): fc.Arbitrary<Moment['event']> {
  return fc
    .tuple(
      fc.constantFrom<'answered' | 'missed' | 'refused'>(
        'answered',
        'answered',
        'answered',
        'missed',
        'refused',
      ),
      fc.nat(40),
    )
    .map(([outcome, ms]) => (atMs: number): Event => {
      switch (outcome) {
        case 'missed':
          return { kind: 'relay-ping', atMs, outcome, lateMs: ms };
        case 'refused':
          return { kind: 'relay-ping', atMs, outcome };
        case 'answered':
          return { kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: ms / 10 };
      }
    });
}

function anyConnection(): fc.Arbitrary<Moment['event']> {
  return fc
    .constantFrom('open', 'ended', 'gone', 'refused', 'unclear')
    .map((state) => (atMs: number): Event => ({ kind: 'relay-connection', atMs, state }));
}

function anyCount(): fc.Arbitrary<Moment['event']> {
  return fc
    .tuple(fc.integer({ min: 3, max: 6 }), fc.integer({ min: 3, max: 6 }))
    .map(([own, foreign]) => (atMs: number): Event => ({
      kind: 'relay-sessions',
      atMs,
      own,
      foreign,
      total: own + foreign,
    }));
}

function anyReplica(): fc.Arbitrary<Moment['event']> {
  const link = fc.constantFrom('up', 'up', 'up', 'down', 'syncing', 'primary');
  return fc
    .record({ link, behind: fc.nat(60), sizes: fc.tuple(fc.nat(5), fc.nat(5)), mute: fc.nat(8) })
    .map(
      ({ link, behind, sizes, mute }) =>
        (atMs: number): Event =>
          mute === 0
            ? { kind: 'redis-replica', atMs, outcome: 'unanswered', detail: 'mute' }
            : {
                kind: 'redis-replica',
                atMs,
                outcome: 'answered',
                link,
                offsetBytes: Math.floor(atMs) - behind,
                databaseSizes: { 1: sizes[0], 2: sizes[1] },
              },
    );
}

function anyPrimary(): fc.Arbitrary<Moment['event']> {
  return fc.nat(8).map(
    (mute) =>
      (atMs: number): Event =>
        mute === 0
          ? { kind: 'redis-primary', atMs, outcome: 'unanswered', detail: 'mute' }
          : {
              kind: 'redis-primary',
              atMs,
              outcome: 'answered',
              role: 'primary',
              offsetBytes: Math.floor(atMs),
            },
  );
}

function anySpeaker(): fc.Arbitrary<Moment['event']> {
  return fc.nat(9).map((what) => (atMs: number, state: State): Event => {
    if (what === 0) {
      return { kind: 'speaker', daemon: 'unreachable', atMs };
    }
    const held =
      what === 1
        ? heldRoutes([HOME, STANDBY], [2, 'withdrawn'])
        : state.convergence.declared.map(({ prefix, rank }) => ({
            prefix,
            ranks: rank === 'withdrawn' ? [] : [rank],
            foreign: false,
          }));
    const sessions = [what === 2 ? { ...ROUTER, state: 'idle' as const } : ROUTER];
    return { kind: 'speaker', daemon: 'up', atMs, held, sessions };
  });
}

function anyOrder(): fc.Arbitrary<Moment['event']> {
  const given = {
    drain: fc.boolean(),
    freeze: fc.boolean(),
    ends: fc.boolean(),
    evenDead: fc.boolean(),
  };
  return fc.record(given).map(({ drain, freeze, ends, evenDead }) => (atMs: number): Event => {
    const order = { by: 'ann', why: 'kernel', atMs, untilMs: ends ? atMs + 5_000 : undefined };
    return {
      kind: 'operator',
      atMs,
      operator: {
        drained: drain ? order : undefined,
        frozen: freeze ? { ...order, evenDead } : undefined,
        releasedAtMs: drain ? undefined : atMs,
      },
    };
  });
}
