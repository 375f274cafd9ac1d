import assert from 'node:assert/strict';

import {
  hasRoomFor,
  holdsUntilMs,
  NO_FALLS,
  noteChange,
  type HoldOff,
  type Rise,
} from '../../src/domain/hold-off.js';
import { Story } from './story.js';

const POLICY = { settleMs: 10_000, maxHoldMs: 1_800_000 };
const MINUTE = 60_000;

const withdrawal = { from: 0, to: 'withdrawn', fall: true } as const;
const demotion = { from: 0, to: 2, fall: true } as const;
const comeback = { from: 'withdrawn', to: 0, fall: false } as const;
const promotion = { from: 2, to: 0, fall: false } as const;

const fall = (holdOff: HoldOff, atMs: number, how: Rise & { fall: true }): HoldOff =>
  noteChange(holdOff, how, atMs, POLICY);

describe('the hold-off after falls', () => {
  it('is none when nothing has fallen', () => {
    assert.equal(holdsUntilMs(NO_FALLS, comeback, 0, POLICY), undefined);
  });

  it('is as long as settle after the first fall', () => {
    const once = fall(NO_FALLS, 1_000, withdrawal);
    assert.equal(holdsUntilMs(once, comeback, 1_001, POLICY), 11_000);
    assert.equal(holdsUntilMs(once, comeback, 10_999, POLICY), 11_000);
    assert.equal(holdsUntilMs(once, comeback, 11_000, POLICY), undefined);
  });

  it('keeps a prefix that was withdrawn twice away until damping has room again', () => {
    const back = noteChange(fall(NO_FALLS, 0, withdrawal), comeback, MINUTE, POLICY);
    const twice = fall(back, MINUTE, withdrawal);
    const untilMs = holdsUntilMs(twice, comeback, MINUTE, POLICY) ?? 0;
    assert.ok(untilMs > 14 * MINUTE && untilMs < 17 * MINUTE, `${untilMs}`);
  });

  it('doubles for demotions, which damping counts for half', () => {
    const quiet = { settleMs: 10_000, maxHoldMs: 1_440 * MINUTE };
    let holdOff = NO_FALLS;
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const atMs = round * 240 * MINUTE;
      holdOff = noteChange(holdOff, demotion, atMs, quiet);
      waits.push((holdsUntilMs(holdOff, promotion, atMs, quiet) ?? 0) - atMs);
      holdOff = noteChange(holdOff, promotion, atMs + MINUTE, quiet);
    }
    assert.deepEqual(waits, [10_000, 20_000, 40_000, 80_000]);
  });

  it('never exceeds max-hold', () => {
    const short = { settleMs: 2_000, maxHoldMs: 2_000 };
    let holdOff = NO_FALLS;
    for (let atMs = 0; atMs < 100_000; atMs += 5_000) {
      holdOff = noteChange(holdOff, withdrawal, atMs, short);
      assert.equal(holdsUntilMs(holdOff, comeback, atMs, short), atMs + 2_000);
      holdOff = noteChange(holdOff, comeback, atMs, short);
    }
  });

  it('forgets one fall in every quiet max-hold', () => {
    const short = { settleMs: 1_000, maxHoldMs: 100 * MINUTE };
    let holdOff = NO_FALLS;
    for (let round = 0; round < 3; round += 1) {
      holdOff = noteChange(noteChange(holdOff, demotion, 0, short), promotion, 0, short);
    }
    const again = noteChange(holdOff, demotion, 200 * MINUTE, short);
    assert.equal(again.strikes, 2, 'three falls, two of them forgotten, and a new one');
  });

  it('forgets the last fall too', () => {
    const once = fall(NO_FALLS, 0, withdrawal);
    assert.equal(holdsUntilMs(once, comeback, 2 * POLICY.maxHoldMs, POLICY), undefined);
    const back = noteChange(once, comeback, MINUTE, POLICY);
    assert.equal(fall(back, 10 * POLICY.maxHoldMs, withdrawal).strikes, 1);
  });

  it('takes a demotion and the withdrawal after it for one fall, and leaves room for a withdrawal', () => {
    const demoted = fall(NO_FALLS, 0, demotion);
    const gone = fall(demoted, 100, { from: 2, to: 'withdrawn', fall: true });
    assert.deepEqual([gone.strikes, Math.round(gone.penalty)], [1, 1_500]);
    const untilMs = holdsUntilMs(gone, comeback, 100, POLICY) ?? 0;
    assert.ok(untilMs > 8 * MINUTE && untilMs < 9 * MINUTE, `${untilMs}`);
  });

  it('leaves room for the cost of the rise itself', () => {
    const gone = fall(fall(NO_FALLS, 0, demotion), 100, { from: 2, to: 'withdrawn', fall: true });
    const untilMs = holdsUntilMs(gone, promotion, 100, POLICY) ?? 0;
    assert.ok(untilMs > 23 * MINUTE && untilMs < 24 * MINUTE, `${untilMs}`);
  });

  it('has room for a demotion below 500, since a withdrawal may follow it', () => {
    const once = fall(NO_FALLS, 0, demotion);
    assert.equal(hasRoomFor(NO_FALLS, demotion, 0), true);
    assert.equal(hasRoomFor(once, demotion, 0), false);
    assert.equal(hasRoomFor(once, demotion, 1), true);
  });

  it('has room for a withdrawal below 1,000', () => {
    const once = fall(NO_FALLS, 0, withdrawal);
    assert.equal(hasRoomFor(once, withdrawal, 0), false);
    assert.equal(hasRoomFor(once, withdrawal, 1), true);
  });

  it('begins a new fall only after a rise: a drain in between ends none', () => {
    const drain = { from: 0, to: 2, fall: false } as const;
    const down = noteChange(fall(NO_FALLS, 0, demotion), drain, 1, POLICY);
    assert.equal(fall(down, 2, { from: 2, to: 'withdrawn', fall: true }).strikes, 1);
  });
});

describe('a relay that keeps dying', () => {
  const revive = (story: Story, atMs: number): Story =>
    story.connection(atMs, 'open').answer(atMs).count(atMs, 5, 7).replica(atMs);

  /** The relay dies every `everyMs` and is back a second later; ranks of VIP a over ten minutes. */
  function dieEvery(everyMs: number): { changes: number; story: Story } {
    const story = Story.healthy();
    let changes = 0;
    for (let atMs = 100; atMs <= 10 * MINUTE; atMs += 100) {
      const phaseMs = atMs % everyMs;
      const before = story.rank('a');
      if (phaseMs === 0) {
        story.connection(atMs, 'ended').connection(atMs, 'refused');
      } else if (phaseMs === 1_000) {
        revive(story, atMs);
      } else if (phaseMs > 1_000) {
        story.answer(atMs);
      }
      changes += story.rank('a') === before ? 0 : 1;
    }
    return { changes, story };
  }

  it('every five seconds causes one route change in ten minutes', () => {
    assert.equal(dieEvery(5_000).changes, 1);
  });

  it('every fifteen seconds causes no more than a handful', () => {
    const { changes } = dieEvery(15_000);
    assert.ok(changes <= 4, `${changes}`);
  });

  it('says held-off with the time at which it may rise', () => {
    const { story } = dieEvery(60_000);
    assert.equal(story.rank('a'), 'withdrawn');
    revive(story, 10 * MINUTE + 1_000).answer(10 * MINUTE + 20_000);
    assert.equal(story.reason('a'), 'held-off');
    assert.ok((story.state.vips['a']?.risesAtMs ?? 0) > 10 * MINUTE + 20_000);
  });

  it('comes back at once when a person releases it, once it has settled', () => {
    const { story } = dieEvery(60_000);
    revive(story, 10 * MINUTE + 1_000).answer(10 * MINUTE + 20_000);
    assert.equal(story.reason('a'), 'held-off');
    story.undrain(10 * MINUTE + 20_001);
    assert.equal(story.rank('a'), 0);
  });

  it('is not held off for what a person ordered', () => {
    const story = Story.healthy({ settleMs: 0 });
    for (let atMs = 10; atMs < 100; atMs += 10) {
      story
        .answer(atMs)
        .drain(atMs)
        .undrain(atMs + 5);
      assert.equal(story.rank('a'), 0);
    }
  });
});
