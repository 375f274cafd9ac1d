import assert from 'node:assert/strict';

import fc from 'fast-check';

import { AS_USUAL_MS_MAX, isAsUsual } from '../../src/domain/as-usual.js';
import { awaitsWord } from '../../src/domain/await-word.js';
import type { BeatObservation, RelayPingObservation } from '../../src/domain/evidence.js';
import { initialState, step, wakeAtMs, type Event, type State } from '../../src/domain/machine.js';
import type { Policy } from '../../src/domain/policy.js';
import { callsAtRisk } from '../../src/domain/risk.js';
import { isWell } from '../../src/domain/wellness.js';
import { events } from './any-moments.js';
import { POLICY, Story, UNDRAINED } from './story.js';

const SLOW_POLICY: Policy = {
  ...POLICY,
  hearsPeers: true,
  degraded: { pingMs: 20, errorShare: 0.5, forMs: 200 },
};

const kind = 'relay-ping';
const answered = (atMs: number, roundTripMs = 1): RelayPingObservation => ({
  kind,
  atMs,
  outcome: 'answered',
  roundTripMs,
});
const heard = (atMs: number): Event => ({
  kind: 'relay-canary',
  atMs,
  outcome: 'heard',
  roundTripMs: 1,
});
const seen = (atMs: number, roundTripMs = 1): BeatObservation => ({
  kind: 'redis-beat',
  atMs,
  outcome: 'seen',
  roundTripMs,
});

/** All that others read off a state, and may act on. */
function actedOn(state: State, policy: Policy): unknown {
  const { vips, convergence, escalation, speaker, evidence } = state;
  return {
    ...{ vips, convergence, escalation, speaker },
    relay: evidence.relay.state,
    canary: evidence.canary.state,
    well: isWell(state),
    awaits: awaitsWord(state, policy),
    risk: callsAtRisk(evidence, policy, state.nowMs),
  };
}

describe('isAsUsual', () => {
  it('says of no look that something follows from it', () => {
    let usual = 0;
    const followsNothing = (state: State, policy: Policy, atMs: number): void => {
      const looks = [answered(atMs), answered(atMs, 30), heard(atMs), seen(atMs)];
      const usualIn = (known: State): readonly Event[] =>
        looks.filter((look) => isAsUsual(known, look, policy));
      for (const event of looks) {
        if (isAsUsual(state, event, policy) && atMs < (wakeAtMs(state) ?? Infinity)) {
          const { state: after, effects } = step(state, event, policy);
          usual += 1;
          assert.deepEqual(effects, []);
          // What time alone brings is not the look's doing.
          const { state: later } = step(state, { kind: 'tick', atMs }, policy);
          assert.deepEqual(actedOn(after, policy), actedOn(later, policy));
          assert.deepEqual(after.vips, state.vips);
          // `step` may leave all unjudged after such a look: a tick, which only judges, finds what it
          // would have found without it.
          const judged = step(after, { kind: 'tick', atMs }, policy);
          assert.deepEqual(judged.effects, step(state, { kind: 'tick', atMs }, policy).effects);
          assert.deepEqual(actedOn(judged.state, policy), actedOn(later, policy));
          // The next one is judged before this one was taken in.
          assert.deepEqual(usualIn(after), usualIn(state));
        }
      }
    };
    fc.assert(
      fc.property(
        events,
        fc.constantFrom(0, 20, 150),
        fc.constantFrom(POLICY, SLOW_POLICY),
        (list, gapMs, policy) => {
          let state = initialState(policy, UNDRAINED, 0);
          for (const event of list) {
            state = step(state, event, policy).state;
            followsNothing(state, policy, state.nowMs + gapMs);
          }
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(usual > 100, `${usual}`);
  });

  it('leaves nothing unjudged for longer than a fifth of a second', () => {
    // Nobody asks to be woken when a peer's word grows too old.
    const story = Story.healthy({ hearsPeers: true }).word(10).tell(heard(3_400));
    const reasons = [3_500, 3_550, 3_599, 3_600].map((atMs) => story.answer(atMs).reason('a'));
    assert.deepEqual(reasons, ['serving', 'serving', 'serving', 'standbys-unready']);
  });

  it('waits for nothing that is long after the last look', () => {
    const { state, policy } = Story.healthy().answer(60_000);
    const { nowMs } = state;
    assert.ok(isAsUsual(state, answered(nowMs), policy));
    assert.ok(isAsUsual(state, answered(nowMs + AS_USUAL_MS_MAX - 1), policy));
    assert.ok(!isAsUsual(state, answered(nowMs + AS_USUAL_MS_MAX), policy));
    assert.ok(!isAsUsual(state, answered(nowMs - 1), policy));
  });

  const { nowMs } = Story.healthy().state;
  const miss: RelayPingObservation = { kind, atMs: nowMs, outcome: 'missed', lateMs: 0 };
  const refusal: RelayPingObservation = { kind, atMs: nowMs, outcome: 'refused' };
  const loss: Event = { kind: 'relay-canary', atMs: nowMs, outcome: 'missed', lateMs: 0 };
  const overdue: Event = { kind: 'redis-beat', atMs: nowMs, outcome: 'overdue', ageMs: 900 };
  const unusual: readonly (readonly [string, readonly Event[], Event])[] = [
    ['a missed ping', [], miss],
    ['the first answer after a miss', [miss], answered(nowMs)],
    ['an answer after a refusal', [refusal], answered(nowMs)],
    [
      'an answer after the end of the connection',
      [{ kind: 'relay-connection', atMs: nowMs, state: 'ended' }],
      answered(nowMs),
    ],
    ['a slow answer', [], answered(nowMs, 21)],
    [
      'an answer while slow ones are not forgotten',
      [answered(nowMs + 10, 30)],
      answered(nowMs + 10),
    ],
    [
      'an answer while lost ones are not forgotten',
      [miss, { ...miss, atMs: nowMs + 50 }, answered(nowMs + 51)],
      answered(nowMs + 52),
    ],
    ['the first packet of the canary', [], heard(nowMs)],
    ['a missed packet of the canary', [heard(nowMs)], loss],
    ['the first packet after a miss', [heard(nowMs), loss], heard(nowMs)],
    ['the first beat', [], seen(nowMs)],
    ['an overdue beat', [seen(nowMs)], overdue],
    ['the first beat after an overdue one', [seen(nowMs), overdue], seen(nowMs)],
    ['a late beat', [seen(nowMs)], seen(nowMs, 501)],
    ['a beat after a late one', [seen(nowMs, 501)], seen(nowMs)],
    [
      'a look at Redis',
      [],
      {
        kind: 'redis-primary',
        atMs: nowMs,
        outcome: 'answered',
        role: 'primary',
        offsetBytes: 1_000,
      },
    ],
  ];
  for (const [name, before, event] of unusual) {
    it(`lets no core wait for ${name}`, () => {
      const story = Story.healthy(SLOW_POLICY);
      before.forEach((each) => story.tell(each));
      assert.equal(isAsUsual(story.state, event, story.policy), false);
    });
  }

  it('lets the second of two good looks wait', () => {
    const story = Story.healthy(SLOW_POLICY).tell(heard(nowMs)).tell(seen(nowMs));
    for (const event of [answered(nowMs), heard(nowMs), seen(nowMs), answered(nowMs, 20)]) {
      assert.equal(isAsUsual(story.state, event, story.policy), true);
    }
  });
});
