import assert from 'node:assert/strict';

import { step } from '../../src/domain/machine.js';
import { HOME, POLICY, Story } from './story.js';

describe('step: adoption', () => {
  it('decides nothing before the daemon has told what it holds', () => {
    const story = new Story().connection(0, 'open').connection(1, 'ended').connection(2, 'refused');
    assert.equal(story.rank('a'), undefined);
    assert.deepEqual(story.effects, []);
  });

  it('adopts what the daemon holds and only reads it back', () => {
    const story = new Story().answer(0).holds(1, [0, 1]);
    assert.deepEqual(story.effects, [{ kind: 'read-back', number: 1 }]);
  });

  it('adopts a VIP that another configuration has in addition, and leaves the others as they are', () => {
    const story = new Story().answer(0).holds(1, [0, 1]);
    const added = { ...HOME, name: 'c', prefixes: ['10.99.0.3/32'] };
    const policy = { ...POLICY, vips: [...POLICY.vips, added] };
    const { state } = step(story.state, { kind: 'tick', atMs: 2 }, policy);
    const ranks = ['a', 'b', 'c'].map((name) => state.vips[name]?.rank);
    assert.deepEqual(ranks, [0, 1, 'withdrawn']);
  });

  it('adopts nothing from an unreachable daemon', () => {
    const story = new Story().tell({ kind: 'speaker', daemon: 'unreachable', atMs: 1 });
    assert.equal(story.rank('a'), undefined);
    assert.equal(story.state.speaker.daemon, 'unreachable');
  });

  it('adopts the better of two ranks that are held at once, and then retires the other', () => {
    const story = new Story().answer(0).tell({
      kind: 'speaker',
      daemon: 'up',
      atMs: 1,
      held: HOME.prefixes.map((prefix) => ({ prefix, ranks: [2, 0], foreign: false })),
      sessions: [],
    });
    assert.equal(story.rank('a'), 0);
    assert.equal(story.effects[0]?.kind, 'declare');
  });

  it('takes a path with attributes that are none of ours for the serving one', () => {
    for (const route of [
      { ranks: [], foreign: true },
      { ranks: [7], foreign: false },
    ]) {
      const story = new Story().answer(0).tell({
        kind: 'speaker',
        daemon: 'up',
        atMs: 1,
        held: HOME.prefixes.map((prefix) => ({ prefix, ...route })),
        sessions: [],
      });
      assert.equal(story.rank('a'), 0);
      assert.equal(story.rank('b'), 'withdrawn', 'what is not held is not announced');
    }
  });

  it('withdraws at once what it adopted when the relay is dead', () => {
    const story = new Story().holds(0, [0, 1]).connection(1, 'refused');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
  });

  it('tells of a withdrawal that the first word of the daemon brings about', () => {
    const story = new Story().connection(0, 'open').connection(1, 'ended').connection(2, 'refused');
    story.holds(3, [0, 1]);
    const told = story.effects.flatMap((effect) =>
      effect.kind === 'decided' ? effect.changes.map(({ vip, from, to }) => [vip, from, to]) : [],
    );
    assert.deepEqual(told, [
      ['a', 0, 'withdrawn'],
      ['b', 1, 'withdrawn'],
    ]);
  });

  it('asks nothing for a policy whose VIP has no state yet', () => {
    const story = new Story();
    story.state = { ...story.state, vips: {} };
    story.tick(1);
    assert.equal(story.rank('a'), undefined);
    story.state = { ...story.state, vips: {} };
    story.holds(2, [0, 1]);
    assert.equal(story.rank('a'), 0);
  });
});
