import assert from 'node:assert/strict';

import { awaitsWord } from '../../src/domain/await-word.js';
import { STANDBY, Story } from './story.js';

const awaited = ({ state, policy }: Story): boolean => awaitsWord(state, policy);

describe('a word of the peers is waited for', () => {
  it('from the second packet of the canary call in a row that is not heard again', () => {
    const story = Story.healthy().unheard(50);
    assert.equal(awaited(story), false);
    assert.equal(awaited(story.unheard(100)), true);
    assert.equal(awaited(story.heard(150)), false);
  });

  it('from the first, where one miss is enough to call the media dead', () => {
    assert.equal(awaited(Story.healthy({ canaryMissesMax: 1 }).unheard(50)), true);
  });

  it('not for silence alone: that withdraws nothing', () => {
    const story = Story.healthy().heard(10).miss(50).miss(100).miss(150).miss(200);
    assert.equal(awaited(story), false);
  });

  it('not by a dead relay, which needs no word of anybody', () => {
    const story = Story.healthy().unheard(50).unheard(100);
    assert.equal(awaited(story.connection(110, 'ended').connection(110, 'gone')), false);
  });

  it('not where this host is home of nothing, or has let go', () => {
    assert.equal(
      awaited(
        Story.healthy({ vips: [STANDBY] })
          .unheard(50)
          .unheard(100),
      ),
      false,
    );
    const gone = Story.healthy().answer(1_000).heard(1_000);
    for (const atMs of [1_050, 1_100, 1_150, 1_200]) {
      gone.miss(atMs).unheard(atMs);
    }
    assert.equal(awaited(gone.word(1_210, {}, { madeAfterMs: 1_205 })), false);
  });
});
