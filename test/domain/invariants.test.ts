import assert from 'node:assert/strict';

import {
  brokenAmong,
  brokenIn,
  busiestWindow,
  chosenOf,
  INVARIANTS,
  isTheSameAgain,
  PAIR_INVARIANTS,
  type HostView,
  type Moment,
} from '../../src/domain/invariants.js';
import type { Event } from '../../src/domain/machine.js';
import { moved, momentOf, TICK } from './moments.js';
import { POLICY, Story } from './story.js';

const dead = (): Story => Story.healthy().connection(1, 'ended').connection(2, 'refused');

describe('the invariants of a run', () => {
  it('hold for a death, a silence and a return', () => {
    const story = Story.healthy();
    const events: readonly Event[] = [
      { kind: 'relay-connection', atMs: 1, state: 'ended' },
      { kind: 'relay-connection', atMs: 2, state: 'refused' },
      { kind: 'relay-ping', atMs: 3, outcome: 'answered', roundTripMs: 1 },
      { kind: 'tick', atMs: 10_002 },
      { kind: 'tick', atMs: 10_003 },
    ];
    for (const event of events) {
      const moment = momentOf(story, event);
      assert.deepEqual(brokenIn(moment, POLICY), []);
      assert.ok(isTheSameAgain(moment, POLICY));
      story.tell(event);
    }
  });

  it('break when a dead relay is still announced', () => {
    const story = dead();
    const vips = Story.healthy().state.vips;
    const calm = momentOf(story, TICK);
    const moment = { ...calm, after: { ...calm.after, vips } };
    assert.deepEqual(brokenIn(moment, POLICY), ['the-dead-are-withdrawn']);
    const unknown = { ...vips['a']!, rank: undefined };
    const fresh = { ...calm, after: { ...calm.after, vips: { a: unknown } } };
    assert.deepEqual(brokenIn(fresh, POLICY), []);
  });

  it('let a person freeze even the dead', () => {
    const order = { by: 'ann', why: 'test', atMs: 0, untilMs: undefined };
    const freeze = (evenDead: boolean): Moment => {
      const calm = momentOf(dead(), TICK);
      const operator = { ...calm.after.evidence.operator, frozen: { ...order, evenDead } };
      const evidence = { ...calm.after.evidence, operator };
      return { ...calm, after: { ...calm.after, evidence, vips: Story.healthy().state.vips } };
    };
    assert.deepEqual(brokenIn(freeze(true), POLICY), []);
    assert.deepEqual(brokenIn(freeze(false), POLICY), ['the-dead-are-withdrawn']);
  });

  it('break when a living relay is withdrawn, unless the sidecar says goodbye so', () => {
    const moment = moved(0, 'withdrawn', 'control-silent');
    assert.deepEqual(brokenIn(moment, POLICY), ['only-the-dead-withdraw']);
    const stopping = (how: 'drain' | 'withdraw'): Moment => ({
      ...moment,
      after: { ...moment.after, evidence: { ...moment.after.evidence, stopping: how } },
    });
    assert.deepEqual(brokenIn(stopping('withdraw'), POLICY), []);
    assert.deepEqual(brokenIn(stopping('drain'), POLICY), ['only-the-dead-withdraw']);
  });

  describe('of a home that lets go', () => {
    const hung = (): Story => {
      const story = Story.healthy().heard(10);
      for (const atMs of [50, 100, 150, 200]) {
        story.miss(atMs).unheard(atMs);
      }
      return story;
    };
    const answer = { madeAfterMs: 201 };
    const broken = (story: Story): readonly string[] =>
      brokenIn(moved(2, 'withdrawn', 'relay-hung', story), POLICY);

    it('hold when a peer answered that it carries on, and is well', () => {
      assert.deepEqual(broken(hung().word(210, {}, answer)), []);
      const deaf = Story.healthy().unheard(50).unheard(100).unheard(150).unheard(200);
      assert.deepEqual(broken(deaf.word(210, {}, answer)), []);
    });

    const bad: readonly [string, Story][] = [
      ['the peer did not answer', hung().word(210)],
      ['the peer was asked too soon', hung().word(210, {}, { madeAfterMs: 99 })],
      ['the peer is silent itself', hung().word(210, { relay: 'silent' }, answer)],
      ['the peer is not well', hung().word(210, { well: false }, answer)],
      [
        'the peer has let go',
        hung().word(210, { vips: [{ name: 'a', rank: 'withdrawn', of: 'relay-a' }] }, answer),
      ],
      ['the peer carries another', hung().word(210, { vips: [{ name: 'b', rank: 0 }] }, answer)],
      ['the relay is well', Story.healthy().word(210, {}, answer)],
    ];
    for (const [given, story] of bad) {
      it(`break when ${given}`, () => {
        assert.deepEqual(broken(story), ['only-the-dead-withdraw']);
      });
    }

    it('break for an address that it only stands by for', () => {
      const story = hung().word(210, {}, answer);
      const moment = moved(2, 'withdrawn', 'relay-hung', story);
      const vips = POLICY.vips.toReversed().map((vip, index) => ({ ...vip, name: 'ab'[index]! }));
      assert.ok(brokenIn(moment, { ...POLICY, vips }).includes('only-the-dead-withdraw'));
    });
  });

  for (const reason of ['unprotected', 'replica-link-down', 'replica-behind'] as const) {
    it(`break when a rank falls as ${reason} while the primary does not answer`, () => {
      const story = Story.healthy().primarySilent(10);
      assert.deepEqual(brokenIn(moved(0, 2, reason, story), POLICY), [
        'a-shared-cause-moves-nothing',
      ]);
      assert.deepEqual(brokenIn(moved(0, 2, reason), POLICY), []);
      assert.deepEqual(brokenIn(moved(2, 0, reason, story), POLICY), []);
    });
  }

  it('let a rank fall for a cause of its own while the primary does not answer', () => {
    const story = Story.healthy().primarySilent(10);
    assert.deepEqual(brokenIn(moved(0, 2, 'control-silent', story), POLICY), []);
  });

  it('break when a rank rises before the relay has lived for settle', () => {
    const late = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    assert.deepEqual(brokenIn(moved(2, 0, 'serving', late.answer(10_001)), POLICY), [
      'a-rise-waits-for-settle',
    ]);
    const early = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    assert.deepEqual(brokenIn(moved(2, 0, 'serving', early.answer(10_000)), POLICY), []);
    const silent = Story.healthy().miss(1).miss(2).miss(3).miss(4);
    assert.deepEqual(brokenIn(moved(2, 0, 'serving', silent), POLICY), ['a-rise-waits-for-settle']);
  });

  it('break when a change is not declared at once, or not all of it', () => {
    const moment = moved(0, 2, 'control-silent');
    const [declare, decided] = moment.effects;
    assert.ok(declare?.kind === 'declare' && decided !== undefined);
    assert.deepEqual(brokenIn({ ...moment, effects: [decided] }, POLICY), [
      'a-change-is-declared-at-once',
    ]);
    const less = { ...declare, routes: declare.routes.slice(1) };
    assert.deepEqual(brokenIn({ ...moment, effects: [less, decided] }, POLICY), [
      'a-change-is-declared-at-once',
    ]);
  });

  for (const [given, route] of [
    ['a prefix that nobody configured', { vip: 'a', prefix: '10.0.0.0/8', rank: 0 }],
    ['a rank of another role', { vip: 'a', prefix: '10.99.0.1/32', rank: 1 }],
  ] as const) {
    it(`break when ${given} is declared`, () => {
      const calm = momentOf(Story.healthy(), TICK);
      const moment = {
        ...calm,
        effects: [{ kind: 'declare' as const, number: 1, routes: [route] }],
      };
      assert.deepEqual(brokenIn(moment, POLICY), ['only-configured-routes']);
    });
  }

  it('let every prefix be withdrawn', () => {
    const routes = [{ vip: 'a', prefix: '10.99.0.1/32', rank: 'withdrawn' as const }];
    const calm = momentOf(Story.healthy(), TICK);
    const moment = { ...calm, effects: [{ kind: 'declare' as const, number: 1, routes }] };
    assert.deepEqual(brokenIn(moment, POLICY), []);
  });

  it('break when the same event does not earn the same decision', () => {
    const moment = momentOf(Story.healthy(), TICK);
    assert.ok(isTheSameAgain(moment, POLICY));
    assert.ok(!isTheSameAgain({ ...moment, after: moment.before }, POLICY));
    const effects = [{ kind: 'read-back' as const, number: 99 }];
    assert.ok(!isTheSameAgain({ ...moment, effects }, POLICY));
  });

  it('have a name each', () => {
    assert.equal(Object.keys(INVARIANTS).length, 8);
    assert.equal(Object.keys(PAIR_INVARIANTS).length, 2);
  });
});

describe('the busiest window', () => {
  it('holds the most changes, its end not included', () => {
    assert.equal(busiestWindow([], 10), 0);
    assert.equal(busiestWindow([5], 10), 1);
    assert.equal(busiestWindow([0, 10, 15, 19, 20], 10), 3);
  });
});

describe('the invariants of a pair', () => {
  const view = (changes: Partial<HostView>): HostView => ({
    state: Story.healthy().state,
    vip: 'a',
    relayLives: true,
    relayAnswers: true,
    acts: true,
    announced: 0,
    ...changes,
  });
  const gone = { announced: 'withdrawn', relayLives: false, relayAnswers: false } as const;

  it('know the choice of the router: the lowest rank, of equal ones the first', () => {
    const [one, two, three] = [view({ announced: 2 }), view({ announced: 1 }), view(gone)];
    assert.equal(chosenOf([one, two, three]), two);
    assert.equal(chosenOf([two, one]), two);
    const twin = view({ announced: 1 });
    assert.equal(chosenOf([two, twin]), two);
    assert.equal(chosenOf([three]), undefined);
  });

  it('hold for a pair that is well and for one that is dead', () => {
    assert.deepEqual(brokenAmong([view({}), view({ announced: 1 })]), []);
    assert.deepEqual(brokenAmong([view(gone), view(gone)]), []);
  });

  it('break when the router picks a dead relay on a host that can act', () => {
    const dead = view({ relayLives: false, relayAnswers: false });
    const alive = view({ announced: 1 });
    assert.deepEqual(brokenAmong([dead, alive]), ['the-router-picks-the-living']);
    assert.deepEqual(brokenAmong([{ ...dead, acts: false }, alive]), []);
  });

  it('break when a living relay announces nothing and nobody else does', () => {
    const mute = view({ announced: 'withdrawn' });
    assert.deepEqual(brokenAmong([mute, view(gone)]), ['somebody-alive-announces']);
    assert.deepEqual(brokenAmong([mute, view({ announced: 3 })]), []);
    assert.deepEqual(brokenAmong([{ ...mute, acts: false }, view(gone)]), []);
    assert.deepEqual(brokenAmong([{ ...mute, relayAnswers: false }, view(gone)]), []);
    const orphan = view({ relayLives: false, relayAnswers: false, acts: false });
    assert.deepEqual(brokenAmong([mute, orphan]), ['somebody-alive-announces']);
  });

  it('hold while the only living relay settles, or has not been judged', () => {
    const { state } = Story.healthy();
    const returning = { ...state.vips['a']!, risesAtMs: 5 };
    const unjudged = { ...state.vips['a']!, rank: undefined };
    for (const vips of [{ a: returning }, { a: unjudged }, {}]) {
      const mute = view({ announced: 'withdrawn', state: { ...state, vips } });
      assert.deepEqual(brokenAmong([mute, view(gone)]), []);
    }
  });
});
