import assert from 'node:assert/strict';

import { LONE_HOLD_MS } from '../../src/domain/policy.js';
import { Story } from './story.js';

const DEAD = {
  relay: 'dead',
  vips: [{ name: 'a', rank: 'withdrawn', of: 'relay-a' }],
  well: false,
} as const;

/** The relay dies twice within a minute, so that a damping router would have little patience. */
function fallenTwice(story = Story.healthy()): Story {
  story.connection(100, 'ended').connection(100, 'gone');
  revive(story, 1_000);
  look(story, 1_100, 11_100);
  assert.equal(story.rank('a'), 0);
  story.connection(12_000, 'ended').connection(12_000, 'gone');
  return revive(story, 13_000);
}

function revive(story: Story, atMs: number): Story {
  return story.connection(atMs, 'open').answer(atMs).count(atMs, 5, 7).replica(atMs);
}

function risesAtMs(story: Story): number | undefined {
  return story.state.vips['a']?.risesAtMs;
}

function look(story: Story, fromMs: number, untilMs: number, also?: (atMs: number) => void): void {
  for (let atMs = fromMs; atMs <= untilMs; atMs += 100) {
    story.answer(atMs);
    also?.(atMs);
  }
}

describe('a living relay that nobody else stands in for', () => {
  it('is back at its demoted rank after settle, when every peer says that it is gone', () => {
    const story = fallenTwice();
    look(story, 13_100, 22_900, (atMs) => story.word(atMs, DEAD));
    assert.deepEqual(story.verdicts()[0], 'withdrawn settling');
    assert.equal(risesAtMs(story), 23_000);
    look(story, 23_000, 23_000);
    assert.deepEqual(story.verdicts()[0], '2 held-off');
    assert.ok(Number(risesAtMs(story)) > 600_000, 'rank 0 has to wait on');
  });

  it('waits like any other while a peer says that it carries the address', () => {
    const story = fallenTwice();
    look(story, 13_100, 300_000, (atMs) => story.word(atMs));
    assert.deepEqual(story.verdicts()[0], 'withdrawn held-off');
  });

  it('waits two minutes after its second fall while it is not known who else is there', () => {
    const story = fallenTwice();
    const backAtMs = 12_000 + 2 * LONE_HOLD_MS;
    look(story, 13_100, backAtMs - 100);
    assert.deepEqual(story.verdicts()[0], 'withdrawn held-off');
    look(story, backAtMs, backAtMs);
    assert.deepEqual(story.verdicts()[0], '2 held-off');
  });

  it('does not know of the peer that has said nothing of two', () => {
    const role = { kind: 'home', standbys: 2 } as const;
    const [home, standby] = Story.healthy().policy.vips;
    const story = fallenTwice(Story.healthy({ vips: [{ ...home!, role }, standby!] }));
    look(story, 13_100, 23_100, (atMs) => story.word(atMs, DEAD));
    assert.deepEqual(story.verdicts()[0], 'withdrawn held-off');
  });

  it('goes straight to its own rank when that is not far off', () => {
    const story = Story.healthy().connection(100, 'ended').connection(100, 'gone');
    revive(story, 1_000);
    const ranks = new Set<unknown>();
    look(story, 1_100, 12_000, () => ranks.add(story.rank('a')));
    assert.deepEqual([...ranks], ['withdrawn', 0]);
  });

  it('rises to its own rank as soon as that has waited enough', () => {
    const story = fallenTwice();
    look(story, 13_100, 1_700_000, (atMs) => story.word(atMs, DEAD));
    assert.equal(story.rank('a'), 2);
    look(story, 1_700_100, 1_830_000, (atMs) => story.word(atMs, DEAD));
    assert.deepEqual(story.verdicts()[0], '0 standbys-unready');
  });
});
