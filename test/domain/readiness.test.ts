import assert from 'node:assert/strict';

import { HOME, STANDBY, Story } from './story.js';

/** A healthy pair whose relay is pinged every 100 ms and counted every second, up to `untilMs`. */
function live(story: Story, fromMs: number, untilMs: number, look: (atMs: number) => void): Story {
  for (let atMs = fromMs; atMs <= untilMs; atMs += 100) {
    story.answer(atMs);
    look(atMs);
  }
  return story;
}

describe('readiness of a standby', () => {
  it('is gone when the local replica is still silent after 100 ms', () => {
    const story = Story.healthy().replicaSilent(100);
    assert.equal(story.rank('b'), 1);
    story.replicaSilent(199);
    assert.equal(story.rank('b'), 1);
    story.replicaSilent(200);
    assert.deepEqual(story.verdicts(), ['0 unprotected', '3 replica-silent']);
  });

  it('is not known before the first look at Redis', () => {
    const story = new Story().answer(0).holds(0, [0, 1]);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 starting']);
  });

  it('is gone at once when the local Redis is no replica', () => {
    const story = Story.healthy().replica(100, { link: 'primary' });
    assert.equal(story.reason('b'), 'replica-not-replica');
    assert.equal(story.rank('b'), 3);
  });

  it('is gone when the link is still down after 100 ms, and the primary was seen to answer since', () => {
    const story = Story.healthy();
    story.primary(100).replica(100, { link: 'down' }).replica(199, { link: 'down' }).primary(199);
    assert.equal(story.rank('b'), 1);
    const gone = Story.healthy().primary(100).replica(100, { link: 'down' });
    gone.replica(200, { link: 'down' });
    assert.equal(gone.rank('b'), 1, 'the primary may be gone by now');
    story.replica(200, { link: 'down' });
    assert.deepEqual(story.verdicts(), ['0 unprotected', '3 replica-link-down']);
  });

  it('counts a link that changes from down to syncing as down all the time', () => {
    const story = Story.healthy().replica(100, { link: 'down' }).replica(350, { link: 'syncing' });
    story.primary(400).replica(400, { link: 'syncing' });
    assert.equal(story.rank('b'), 3);
  });

  it('stays when the primary is gone for everybody: nothing moves, home says unprotected', () => {
    const story = Story.healthy();
    live(story, 100, 30_000, (atMs) => story.primarySilent(atMs).replica(atMs, { link: 'down' }));
    assert.deepEqual(story.verdicts(), ['0 unprotected', '1 unprotected']);
  });

  it('gives the replica 2.5 s to find a primary that came back', () => {
    const story = Story.healthy();
    live(story, 100, 1_000, (atMs) => story.primarySilent(atMs).replica(atMs, { link: 'down' }));
    live(story, 1_100, 3_500, (atMs) => story.primary(atMs).replica(atMs, { link: 'down' }));
    assert.equal(story.rank('b'), 1);
    story.primary(3_599).replica(3_599, { link: 'down' });
    assert.equal(story.rank('b'), 1);
    story.primary(3_600).replica(3_600, { link: 'down' });
    assert.equal(story.rank('b'), 3);
  });

  it('is gone when the replica has been behind for longer than max-lag', () => {
    const behind = { offsetBytes: 1_500 };
    const story = Story.healthy().primary(100, 2_000).replica(150, behind).replica(600, behind);
    assert.equal(story.rank('b'), 1, 'at the limit it still counts as ready');
    story.replica(601, behind);
    assert.deepEqual(story.verdicts(), ['0 serving', '3 replica-behind']);
  });

  it('is not gone for a stall of our own between a look at the primary and one at the replica', () => {
    const story = Story.healthy().primary(100, 2_000);
    story.answer(3_000).tick(3_001).replica(3_002, { offsetBytes: 1_500 });
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
    story.replica(3_102, { offsetBytes: 2_000 });
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  const badLooks: readonly [string, (story: Story) => Story, (story: Story) => Story][] = [
    [
      'a silent replica',
      (story) => story.replicaSilent(100),
      (story) => story.answer(3_000).tick(3_001).replica(3_002),
    ],
    [
      'a link that is down',
      (story) => story.primary(100).replica(100, { link: 'down' }),
      (story) => story.answer(3_000).tick(3_001).primary(3_002).replica(3_003),
    ],
    [
      'a link that is down, seen again before the primary is found to be gone',
      (story) => story.primary(100).replica(100, { link: 'down' }),
      (story) => story.answer(3_000).replica(3_001, { link: 'down' }).primarySilent(3_002),
    ],
  ];
  for (const [given, before, after] of badLooks) {
    it(`is not gone for one look at ${given} in front of a stall of our own`, () => {
      assert.equal(after(before(Story.healthy())).rank('b'), 1);
    });
  }

  it('does not take a primary that moves on all the time for a lag', () => {
    const story = Story.healthy();
    let offsetBytes = 1_000;
    live(story, 100, 5_000, (atMs) => {
      story.replica(atMs, { offsetBytes });
      offsetBytes += 500;
      story.primary(atMs, offsetBytes);
    });
    assert.equal(story.rank('b'), 1);
  });

  it('forgets a lag that cannot be measured any more', () => {
    const story = Story.healthy().primary(100, 2_000).primarySilent(200).answer(900);
    assert.deepEqual(story.verdicts(), ['0 unprotected', '1 standby-ready']);
  });

  it('is gone after the third count in a row that finds sessions missing', () => {
    const story = Story.healthy();
    for (const atMs of [1_000, 2_000]) {
      story
        .answer(atMs)
        .count(atMs, 5, 6)
        .replica(atMs + 50);
    }
    assert.equal(story.rank('b'), 1);
    story.answer(3_000).count(3_000, 5, 6).replica(3_050);
    assert.deepEqual(story.verdicts(), ['0 serving', '3 sessions-missing']);
  });

  it('starts counting anew after a count that finds all', () => {
    const story = Story.healthy();
    for (const [atMs, foreign] of [
      [1_000, 6],
      [2_000, 6],
      [3_000, 7],
      [4_000, 6],
      [5_000, 6],
    ] as const) {
      story
        .answer(atMs)
        .count(atMs, 5, foreign)
        .replica(atMs + 50);
    }
    assert.equal(story.rank('b'), 1);
  });

  it('holds a count against the smaller of the sizes before and after it', () => {
    const story = Story.healthy();
    for (const atMs of [1_000, 2_000, 3_000, 4_000]) {
      story.answer(atMs).replica(atMs, { databaseSizes: { 1: 5, 2: 9 } });
      story.count(atMs + 1, 5, 7).replica(atMs + 50, { databaseSizes: { 1: 5, 2: 7 } });
    }
    assert.equal(story.rank('b'), 1);
  });

  it('is not proven by a relay that tells no counts for five seconds', () => {
    const story = new Story().answer(0).primary(0).replica(0).holds(0, [0, 1]);
    for (let atMs = 0; atMs < 5_000; atMs += 1_000) {
      story.answer(atMs);
    }
    story.answer(4_999).tick(4_999);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 sessions-unknown']);
    story.answer(5_000).tick(5_000);
    assert.deepEqual(story.verdicts(), ['0 serving', '3 sessions-unknown']);
  });

  it('waits anew for the counts after a time in which nothing was seen', () => {
    const story = new Story().answer(0).primary(0).replica(0).holds(0, [0, 1]);
    story.answer(6_000).answer(7_000);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 sessions-unknown']);
    story.count(7_001, 5, 7).replica(7_002);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('is gone while sessions are missing at the very first count, and comes with settle', () => {
    const story = new Story().answer(0).primary(0).replica(0).holds(0, [0, 1]);
    story.count(1_000, 5, 3).replica(1_050);
    assert.equal(story.reason('b'), 'sessions-missing');
    story.answer(1_900).count(2_000, 5, 7).replica(2_050);
    assert.deepEqual(story.verdicts(), ['0 serving', '3 settling']);
    story.answer(12_050);
    assert.equal(story.rank('b'), 1);
  });

  it('takes a database that Redis does not list for an empty one', () => {
    const story = new Story().answer(0).primary(0).replica(0, { databaseSizes: {} });
    story.count(10, 0, 0).replica(20, { databaseSizes: {} }).holds(30, [0, 1]);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('counts nothing for a VIP that has no database', () => {
    const { name, prefixes, role } = STANDBY;
    const story = new Story({ vips: [HOME, { name, prefixes, role }] })
      .answer(0)
      .primary(0)
      .replica(0);
    story.count(10, 5, 0).replica(20).holds(30, [0, 1]);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('asks for no proof where nothing is replicated or nothing can be counted', () => {
    const bare = new Story({ replicated: false }).answer(0).holds(0, [0, 1]);
    assert.deepEqual(bare.verdicts(), ['0 serving', '1 standby-alive']);
    const uncounted = new Story({ countsSessions: false }).answer(0).primary(0).replica(0);
    uncounted.holds(0, [0, 1]);
    assert.deepEqual(uncounted.verdicts(), ['0 serving', '1 standby-ready']);
  });
});
