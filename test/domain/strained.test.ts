import assert from 'node:assert/strict';

import { Story } from './story.js';

describe('a relay whose pings are slow or lost', () => {
  const degraded = { pingMs: 20, errorShare: 0.2, forMs: 2_000 };
  const slowly = (story: Story, fromMs: number, untilMs: number, roundTripMs = 20.1): Story => {
    for (let atMs = fromMs; atMs <= untilMs; atMs += 50) {
      story.tell({ kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs });
    }
    return story;
  };

  it('is demoted when its pings have been slow for long enough, and well after as long', () => {
    const story = slowly(Story.healthy({ degraded }), 50, 1_950);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
    slowly(story, 2_000, 2_000);
    assert.deepEqual(story.verdicts(), ['2 pings-slow', '3 pings-slow']);
    slowly(story, 2_050, 3_950, 20);
    assert.equal(story.reason('a'), 'pings-slow');
    slowly(story, 4_000, 4_000, 20);
    assert.deepEqual(story.verdicts(), ['2 settling', '3 settling']);
  });

  it('is demoted when more of its pings are lost than may be', () => {
    const lose = (every: number): Story => {
      const story = Story.healthy({ degraded });
      for (let count = 1; count <= 2_000; count += 1) {
        if (count % every === 0) {
          story.miss(count * 50);
        } else {
          story.answer(count * 50);
        }
      }
      return story;
    };
    assert.equal(lose(4).reason('a'), 'pings-lost');
    assert.deepEqual(lose(6).verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('takes no more of a pause than 200 ms for slow', () => {
    const story = Story.healthy({ degraded }).tell({
      kind: 'relay-ping',
      atMs: 1_900,
      outcome: 'answered',
      roundTripMs: 21,
    });
    assert.equal(story.state.evidence.relay.slow.filledMs, 200);
  });

  it('is not looked for where nothing is set', () => {
    const story = slowly(Story.healthy(), 50, 5_000);
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });
});
