import assert from 'node:assert/strict';

import { Story } from './story.js';

/** The relay dies while the primary is gone for everybody, and is back at once. */
function reborn(): Story {
  const story = Story.healthy().primarySilent(100).replica(100, { link: 'down' });
  return story.connection(200, 'ended').connection(201, 'refused').answer(300);
}

function live(story: Story, untilMs: number): Story {
  for (let atMs = 400; atMs <= untilMs; atMs += 100) {
    story.answer(atMs).primarySilent(atMs).replica(atMs, { link: 'down' });
  }
  return story;
}

// Found by the explorer: the primary dies, then the standby's relay dies and is started, then the
// home's relay dies. The standby lived and announced nothing for as long as Redis was gone.
describe('a standby that comes back while Redis is gone', () => {
  it('is there as the last one standing once it has settled', () => {
    assert.equal(live(reborn(), 10_200).rank('b'), 'withdrawn');
    assert.equal(live(reborn(), 10_300).verdicts()[1], '3 unprotected');
  });

  it('says when it will be', () => {
    const story = live(reborn(), 5_000);
    assert.equal(story.reason('b'), 'settling');
    assert.equal(story.state.vips['b']?.risesAtMs, 10_300);
  });

  it('is not raised beyond that, and one that was never away keeps its rank', () => {
    const story = Story.healthy().primarySilent(100).replica(100, { link: 'down' });
    assert.equal(live(story, 30_000).rank('b'), 1);
    assert.equal(live(reborn(), 30_000).rank('b'), 3);
  });
});
