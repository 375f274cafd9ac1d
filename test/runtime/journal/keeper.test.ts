import assert from 'node:assert/strict';

import fc from 'fast-check';
import type { SinonFakeTimers } from 'sinon';

import { step, type Effect, type Event, type State } from '../../../src/domain/machine.js';
import type { Policy } from '../../../src/domain/policy.js';
import type { JournalRecord, Opening } from '../../../src/ports/journal.js';
import { restore, sameEffects } from '../../../src/runtime/journal/replay.js';
import { heldRoutes, HOME, POLICY, ROUTER, STANDBY } from '../../domain/story.js';
import { installClock } from '../../support/clock.js';
import { anyPolicy, anyStory, steadyEvents, type Chapter, type Moment } from './any-moments.js';
import { RecordedRun, type Deed } from './recorded-run.js';

const VIPS = [HOME, STANDBY];

describe('the journal keeper', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => (clock = installClock()));
  afterEach(() => clock.restore());

  it('keeps so much that a replay does the same at the same times, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(anyPolicy(), anyStory(), async (policy, story) => {
        clock.setSystemTime(0);
        const run = new RecordedRun(policy, clock);
        live(run, story);
        await run.end();
        assert.equal(run.journal.gaps, 0);
        assert.deepEqual(replay(run.journal.records()), run.deeds);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  for (const [answers, withinMs] of [
    [true, 1],
    [false, 20],
  ] as const) {
    const daemon = answers ? 'a daemon that answers' : 'a deaf daemon';
    it(`has handed a decision on ${withinMs} ms after it, with ${daemon}`, async () => {
      clock.setSystemTime(0);
      const run = new RecordedRun({ ...POLICY, replicated: false }, clock);
      run.tell({ kind: 'relay-connection', atMs: 0, state: 'open' });
      run.tell({ kind: 'relay-ping', atMs: 0, outcome: 'answered', roundTripMs: 1 });
      const held = heldRoutes(POLICY.vips, [0, 1]);
      run.confirm(run.tell({ kind: 'speaker', daemon: 'up', atMs: 0, held, sessions: [ROUTER] }));
      await clock.tickAsync(1_000);
      run.tell({ kind: 'relay-connection', atMs: 1_000, state: 'ended' });
      run.tell({ kind: 'relay-connection', atMs: 1_000, state: 'refused' });
      const { number } = run.state.convergence;
      if (answers) {
        run.tell({ kind: 'declared', atMs: 1_000.5, number });
      }
      await clock.tickAsync(withinMs);
      const decided = run.journal
        .records()
        .some(
          (record) =>
            record.kind === 'event' && record.effects?.some(({ kind }) => kind === 'decided'),
        );
      assert.ok(decided, run.journal.lines.join('\n'));
      await run.end();
    });
  }

  it('keeps a small part of twenty minutes in which nothing happens', async () => {
    const run = new RecordedRun(POLICY, clock);
    rest(run, { minutes: 20, calls: 0 });
    await run.end();
    assert.deepEqual(replay(run.journal.records()), run.deeds);
    assert.ok(run.journal.bytes < 180_000, `${run.journal.bytes} bytes of ${run.events} events`);
  });

  it('keeps a small part of twenty minutes of calls that come and go', async () => {
    const run = new RecordedRun(POLICY, clock);
    rest(run, { minutes: 20, calls: 20 });
    await run.end();
    assert.deepEqual(replay(run.journal.records()), run.deeds);
    assert.ok(run.journal.bytes < 1_180_000, `${run.journal.bytes} bytes of ${run.events} events`);
  });

  it('keeps a small part of twenty minutes in which the relay hangs', async () => {
    const run = new RecordedRun(POLICY, clock);
    rest(run, { minutes: 20, calls: 0, hungFromMs: 30_000 });
    await run.end();
    assert.deepEqual(replay(run.journal.records()), run.deeds);
    assert.ok(run.journal.bytes < 400_000, `${run.journal.bytes} bytes of ${run.events} events`);
  });
});

/** What the recorded events make the core do, after a check of every effect that was recorded. */
function replay(records: readonly JournalRecord[]): readonly Deed[] {
  const deeds: Deed[] = [];
  let state: State | undefined;
  let policy: Policy | undefined;
  for (const record of records) {
    if (record.kind === 'opening') {
      ({ state, policy } = record satisfies Opening);
    } else if (record.kind === 'event') {
      assert.ok(state !== undefined && policy !== undefined);
      const next = step(state, restore(record.event, state), policy);
      assert.ok(sameEffects(next.effects, record.effects ?? []), JSON.stringify(record));
      state = next.state;
      if (next.effects.some(({ kind }) => kind !== 'read-back')) {
        deeds.push({ atMs: record.event.atMs, effects: next.effects });
      }
    }
  }
  return deeds;
}

function live(run: RecordedRun, story: readonly Chapter[]): void {
  let atMs = 0;
  for (const chapter of story) {
    for (let number = 0; number < chapter.steps; number += 1) {
      atMs += 50;
      for (const event of steadyEvents(chapter, number, atMs)) {
        answer(run, run.tell(event), atMs, 'answers');
      }
    }
    for (const { waitMs, event, daemon } of chapter.moments) {
      atMs += waitMs;
      answer(run, run.tell(event(atMs, run.state)), atMs, daemon);
    }
  }
}

function answer(
  run: RecordedRun,
  effects: readonly Effect[],
  atMs: number,
  daemon: Moment['daemon'],
): void {
  for (const effect of effects) {
    if (daemon === 'mute' || (effect.kind !== 'declare' && effect.kind !== 'read-back')) {
      continue;
    }
    const { number } = effect;
    if (daemon === 'refuses') {
      run.tell({ kind: 'speaker-failed', atMs: atMs + 0.25, number, detail: 'no' });
    } else if (effect.kind === 'declare') {
      answer(run, run.tell({ kind: 'declared', atMs: atMs + 0.25, number }), atMs + 0.25, daemon);
    } else {
      const declared = daemon === 'lies' ? [] : run.state.convergence.declared;
      const advertisements = declared.flatMap(({ prefix, rank }) =>
        rank === 'withdrawn'
          ? []
          : [
              {
                neighbour: ROUTER.neighbour,
                prefix,
                rank,
                asPath: [65101],
                communities: [],
                med: undefined,
              },
            ],
      );
      run.tell({ kind: 'advertised', atMs: atMs + 0.5, number, advertisements });
    }
  }
}

/** A pair at the rates of the default configuration. */
function rest(
  run: RecordedRun,
  given: { readonly minutes: number; readonly calls: number; readonly hungFromMs?: number },
): void {
  const { minutes, calls, hungFromMs = Infinity } = given;
  const tell = (event: Event): void => answer(run, run.tell(event), event.atMs, 'answers');
  tell({ kind: 'relay-connection', atMs: 0, state: 'open' });
  tell({
    kind: 'speaker',
    daemon: 'up',
    atMs: 1,
    held: heldRoutes(VIPS, [0, 1]),
    sessions: [ROUTER],
  });
  let own = 100;
  for (let atMs = 50; atMs < minutes * 60_000; atMs += 50) {
    tell(
      atMs < hungFromMs
        ? {
            kind: 'relay-ping',
            atMs: atMs + 0.123,
            outcome: 'answered',
            roundTripMs: 0.187 + (atMs % 7),
          }
        : { kind: 'relay-ping', atMs: atMs + 0.123, outcome: 'missed', lateMs: 0.5 },
    );
    if (atMs % 100 === 0) {
      own += (atMs / 100) % 2 === 0 ? (calls * atMs) % 3 : -((calls * atMs) % 3);
      const offset = 1_000 + (calls === 0 ? Math.floor(atMs / 1_000) * 14 : atMs);
      const sizes = { 1: own, 2: 50 };
      tell({
        kind: 'redis-primary',
        atMs: atMs + 0.5,
        outcome: 'answered',
        role: 'primary',
        offsetBytes: offset,
      });
      tell({
        kind: 'redis-replica',
        atMs: atMs + 0.6,
        outcome: 'answered',
        link: 'up',
        offsetBytes: offset - (atMs % 3),
        databaseSizes: sizes,
      });
    }
    if (atMs % 1_000 === 0 && atMs < hungFromMs) {
      tell({ kind: 'relay-sessions', atMs: atMs + 0.7, own, foreign: 50, total: own + 50 });
    }
  }
}
