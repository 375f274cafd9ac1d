import assert from 'node:assert/strict';

import { Story } from './story.js';

/** Looks at relay and Redis every 100 ms, and whatever else is to be seen. */
function live(story: Story, fromMs: number, untilMs: number, look: (atMs: number) => void): Story {
  for (let atMs = fromMs; atMs <= untilMs; atMs += 100) {
    story.answer(atMs).primary(atMs).replica(atMs);
    look(atMs);
  }
  return story;
}

describe('the beat', () => {
  it('makes a standby unready when two in a row take longer than max-lag', () => {
    const story = Story.healthy().beat(50);
    live(story, 1_000, 1_000, (atMs) => story.beat(atMs, 501));
    assert.equal(story.rank('b'), 1);
    live(story, 1_100, 1_100, (atMs) => story.beat(atMs, 500));
    live(story, 1_200, 1_200, (atMs) => story.beat(atMs, 501));
    assert.equal(story.rank('b'), 1);
    live(story, 1_300, 1_300, (atMs) => story.beat(atMs, 501));
    assert.deepEqual(story.verdicts(), ['0 serving', '3 replica-behind']);
  });

  it('takes an overdue one for a late one', () => {
    const story = Story.healthy().beat(50);
    live(story, 600, 800, (atMs) => story.noBeat(atMs, atMs - 50));
    assert.deepEqual(story.verdicts(), ['0 unprotected', '3 replica-behind']);
  });

  it('is not waited for by a standby while the primary does not answer: all may suffer that', () => {
    const story = Story.healthy().beat(50);
    for (let atMs = 100; atMs <= 5_000; atMs += 100) {
      story
        .answer(atMs)
        .replica(atMs)
        .primarySilent(atMs)
        .noBeat(atMs, atMs - 50);
    }
    assert.deepEqual(story.verdicts(), ['0 unprotected', '1 standby-ready']);
  });

  it('holds a rank until the primary was looked at', () => {
    const story = Story.healthy().beat(50).answer(600).noBeat(600, 550).noBeat(700, 650);
    assert.deepEqual(story.verdicts(), ['0 unprotected', '1 replica-behind']);
    assert.equal(story.primary(750).rank('b'), 3);
  });

  it('is not late for what waited while the link was down', () => {
    const story = Story.healthy()
      .beat(50)
      .answer(5_000)
      .primary(5_000)
      .replica(5_000, { link: 'down' });
    story.primary(5_050).replica(5_060).noBeat(5_070, 900).noBeat(5_170, 1_000).primary(5_200);
    assert.deepEqual(story.verdicts()[1], '1 replica-behind');
    story.answer(5_560).noBeat(5_560, 1_390);
    assert.equal(story.rank('b'), 1, 'at the limit it may still be on its way');
    assert.equal(story.noBeat(5_561, 1_391).rank('b'), 3);
  });

  it('counts instead of the offsets once there is one', () => {
    const story = Story.healthy().primary(60, 5_000).beat(70);
    live(story, 1_000, 1_500, (atMs) => story.primary(atMs, 5_000).beat(atMs));
    assert.equal(story.rank('b'), 1);
  });

  it('raises the alarm of the home after the second one that has not come within 300 ms', () => {
    const story = Story.healthy().beat(50).answer(350).noBeat(350, 300).noBeat(450, 400);
    assert.equal(story.reason('a'), 'serving');
    assert.equal(story.noBeat(550, 500).reason('a'), 'unprotected');
    assert.equal(story.beat(600).reason('a'), 'serving');
  });

  it('raises it for beats that the primary does not take', () => {
    const unsent = { kind: 'redis-beat', outcome: 'unsent', detail: 'mute' } as const;
    const story = Story.healthy().tell({ ...unsent, atMs: 100 });
    assert.equal(story.reason('a'), 'serving');
    assert.equal(story.tell({ ...unsent, atMs: 200 }).reason('a'), 'unprotected');
  });
});

describe('the canary call of the home', () => {
  const absent = (story: Story, times: number, fromMs = 100): Story => {
    for (let count = 0; count < times; count += 1) {
      const atMs = fromMs + count * 1_000;
      story.answer(atMs).foreignCanary(atMs, false);
    }
    return story;
  };

  it('makes a standby unready when three looks in a row do not find it', () => {
    const story = absent(Story.healthy().word(50), 2);
    assert.equal(story.rank('b'), 1);
    absent(story.word(2_050), 1, 2_100);
    assert.deepEqual(story.verdicts(), ['0 serving', '3 canary-absent']);
    story.word(2_200).foreignCanary(2_200, true);
    assert.equal(story.reason('b'), 'settling');
  });

  it('is not missed where the home has none, or has not said so', () => {
    const none = { canaries: { 'relay-b': false } };
    assert.equal(absent(Story.healthy().word(50, none), 4).reason('b'), 'standby-ready');
    assert.equal(absent(Story.healthy(), 4).reason('b'), 'standby-ready');
    assert.equal(
      absent(Story.healthy().word(50, { canaries: {} }), 4).reason('b'),
      'standby-ready',
    );
  });

  it('holds the rank when the home has gone quiet, and keeps no living standby away', () => {
    const story = absent(Story.healthy().word(50), 3, 3_600);
    assert.deepEqual(story.verdicts(), ['0 standbys-unready', '1 canary-absent']);
    const quiet = absent(Story.healthy().word(50, { canaries: {} }), 3, 3_600);
    assert.deepEqual(quiet.verdicts()[1], '1 canary-absent', 'whatever it said last');
  });

  it('says nothing of another home', () => {
    const story = Story.healthy().word(50, {}, { node: 'relay-c' });
    for (const atMs of [100, 200, 300]) {
      story.foreignCanary(atMs, false, 'relay-c');
    }
    assert.equal(story.reason('b'), 'standby-ready');
  });
});

describe('the comparison by Call-ID', () => {
  const short = (story: Story, fromMs: number): Story => {
    for (let atMs = fromMs; atMs < fromMs + 3_000; atMs += 1_000) {
      story
        .answer(atMs)
        .count(atMs, 5, 6)
        .replica(atMs + 50);
    }
    return story;
  };

  it('makes a standby unready while calls are missing', () => {
    const story = Story.healthy().compare(10, 'standby', 1);
    assert.deepEqual(story.verdicts(), ['0 serving', '3 sessions-missing']);
    assert.equal(story.compare(20, 'standby', 0).reason('b'), 'settling');
  });

  it('explains counts that are short: the calls are there under another name', () => {
    const story = short(Story.healthy(), 1_000);
    assert.equal(story.reason('b'), 'sessions-missing');
    assert.equal(story.compare(4_000, 'standby', 0).reason('b'), 'settling');
  });

  it('explains only what was short when it was made', () => {
    const story = short(Story.healthy().compare(999, 'standby', 0), 1_000);
    assert.equal(story.reason('b'), 'sessions-missing');
  });

  it('counts only in this life of the relay, and only on its own side', () => {
    const story = Story.healthy().compare(10, 'standby', 1);
    story.connection(20, 'ended').connection(20, 'gone').answer(30).count(40, 5, 7).replica(50);
    assert.equal(story.reason('b'), 'held-off');
    const other = Story.healthy();
    other.tell({
      kind: 'parity',
      atMs: 10,
      side: 'home',
      database: 2,
      expected: 7,
      held: 6,
      missing: 1,
      extra: 0,
      samples: [],
    });
    assert.equal(other.reason('b'), 'standby-ready');
  });

  it('brings a home back whose count stays short for calls that its standby took over', () => {
    const story = Story.healthy({ settleMs: 1_000 });
    story.connection(10, 'ended').connection(10, 'gone').answer(20).count(30, 3, 7).replica(40);
    story.answer(1_100).count(1_100, 3, 7).replica(1_150);
    assert.equal(story.reason('a'), 'restoring');
    assert.equal(story.compare(1_200, 'home', 0).reason('a'), 'held-off');
    story.answer(2_500).answer(4_000).answer(5_000);
    assert.deepEqual(story.verdicts()[0], '2 held-off');
    assert.equal(story.undrain(5_001).rank('a'), 0);
  });

  it('says nothing where a VIP has no database', () => {
    const [home, standby] = Story.healthy().policy.vips;
    const { name, prefixes, role } = standby!;
    const story = Story.healthy({ vips: [home!, { name, prefixes, role }] });
    assert.equal(story.compare(10, 'standby', 1).reason('b'), 'standby-ready');
  });
});

describe('a home whose standbys are not ready', () => {
  it('raises the alarm and keeps its route', () => {
    const story = Story.healthy().word(10);
    assert.equal(story.reason('a'), 'serving');
    story.word(20, { vips: [{ name: 'a', rank: 3, of: 'relay-a' }] });
    assert.deepEqual(story.verdicts()[0], '0 standbys-unready');
    story.word(30, { relay: 'dead' });
    assert.equal(story.reason('a'), 'standbys-unready');
    assert.equal(story.word(40).reason('a'), 'serving');
  });

  it('counts a peer that was not heard of for 3.5 s as none', () => {
    const story = Story.healthy().word(10).answer(3_510).tick(3_510);
    assert.equal(story.reason('a'), 'serving');
    assert.equal(story.tick(3_511).reason('a'), 'standbys-unready');
  });

  it('needs one of them to be ready, whichever', () => {
    const vips = [
      { ...Story.healthy().policy.vips[0]!, role: { kind: 'home', standbys: 2 } as const },
    ];
    const story = new Story({ vips }).answer(0).primary(0).replica(0).holds(0, [0, 1]);
    story.word(10, { vips: [{ name: 'a', rank: 4, of: 'relay-a' }] });
    assert.equal(story.reason('a'), 'standbys-unready');
    story.word(20, { vips: [{ name: 'a', rank: 2, of: 'relay-a' }] }, { node: 'relay-c' });
    assert.equal(story.reason('a'), 'serving');
  });
});
