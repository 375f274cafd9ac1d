import assert from 'node:assert/strict';

import { NOTHING_ORDERED } from '../../src/domain/evidence.js';
import { brokenIn } from '../../src/domain/invariants.js';
import type { Rank } from '../../src/domain/rank.js';
import { moved } from './moments.js';
import { POLICY, Story } from './story.js';

describe('the invariants of a home that is withdrawn instead of demoted', () => {
  const ready = [{ name: 'a', rank: 1, of: 'relay-a' }];
  const crashed = (backAtMs = 20_000): Story => {
    const story = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    story.connection(3, 'open').answer(3).count(3, 5, 7).replica(3).answer(10_100);
    assert.equal(story.rank('a'), 0);
    return story.word(backAtMs - 10, { vips: ready }, { madeAfterMs: backAtMs - 20 });
  };
  const broken = (story: Story, from: Rank = 0): readonly string[] =>
    brokenIn(moved(from, 'withdrawn', 'control-silent', story), POLICY);

  it('hold soon after a crash, while a peer has just said that it is ready', () => {
    assert.deepEqual(broken(crashed()), []);
  });

  it('break where nothing is known of an earlier fall', () => {
    const moment = moved(0, 'withdrawn', 'control-silent', crashed());
    const before = { ...moment.before, vips: {} };
    assert.deepEqual(brokenIn({ ...moment, before }, POLICY), ['only-the-dead-withdraw']);
    const rise = moved(2, 0, 'serving', crashed().answer(25_000));
    assert.deepEqual(brokenIn({ ...rise, before: { ...rise.before, vips: {} } }, POLICY), []);
  });

  it('break without that crash, that word, or that place', () => {
    const first = Story.healthy().word(19_990, { vips: ready }, { madeAfterMs: 19_980 });
    assert.deepEqual(broken(first), ['only-the-dead-withdraw']);
    assert.deepEqual(broken(crashed(18_999)), ['only-the-dead-withdraw']);
    assert.deepEqual(broken(crashed().word(20_000, { well: false })), ['only-the-dead-withdraw']);
    assert.deepEqual(broken(crashed(), 2), ['only-the-dead-withdraw']);
    const old = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    old.connection(3, 'open').answer(3).count(3, 5, 7).replica(3).answer(10_100);
    assert.deepEqual(broken(old.word(19_990, { vips: ready })), ['only-the-dead-withdraw']);
  });
});

describe('the invariants of a rise', () => {
  const crashedTwice = (): Story => {
    const story = Story.healthy();
    for (const atMs of [1, 11_000]) {
      story.connection(atMs, 'ended').connection(atMs + 1, 'refused');
      story
        .connection(atMs + 2, 'open')
        .answer(atMs + 2)
        .count(atMs + 2, 5, 7);
      story.replica(atMs + 2).answer(atMs + 10_002);
    }
    return story;
  };
  const broken = (story: Story, to: Rank = 0): readonly string[] =>
    brokenIn(moved('withdrawn', to, 'serving', story.answer(25_000)), POLICY);

  it('break when a death would be too much for a router that damps', () => {
    const story = crashedTwice();
    assert.equal(story.rank('a'), 'withdrawn');
    assert.deepEqual(broken(story), ['a-rise-leaves-room']);
  });

  it('hold for a stand-in, for a release, and after the longest wait', () => {
    assert.deepEqual(broken(crashedTwice(), 2), []);
    const released = crashedTwice().tell({
      kind: 'operator',
      atMs: 24_000,
      operator: { ...NOTHING_ORDERED, releasedAtMs: 24_000 },
    });
    released.state = { ...released.state, vips: crashedTwice().state.vips };
    assert.deepEqual(broken(released), []);
    const patient = { ...POLICY, maxHoldMs: 5_000 };
    const moment = moved('withdrawn', 0, 'serving', crashedTwice().answer(25_000));
    assert.deepEqual(brokenIn(moment, patient), []);
  });
});
