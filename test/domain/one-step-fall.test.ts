import assert from 'node:assert/strict';

import { awaitsWord } from '../../src/domain/await-word.js';
import { sayVerdict } from '../../src/domain/reasons.js';
import { Story } from './story.js';

const READY = [{ name: 'a', rank: 1, of: 'relay-a' }];
const UNREADY = [{ name: 'a', rank: 3, of: 'relay-a' }];
const AWAY = [{ name: 'a', rank: 'withdrawn' as const, of: 'relay-a' }];

/** The relay crashed and came back at 1,000: nearly 1,000 stand on the account. */
function crashed(policy: object = {}): Story {
  const story = Story.healthy({ hearsPeers: true, settleMs: 500, ...policy });
  story.connection(100, 'ended').connection(101, 'refused');
  story.connection(400, 'open').answer(400).count(400, 5, 7).replica(400).answer(1_000);
  assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  return story.heard(1_000);
}

/** Two pings unanswered, at 1,150 and 1,200, and then the last two. */
const doubt = (story: Story): Story => story.miss(1_150).miss(1_200);
const silence = (story: Story): Story => story.miss(1_250).miss(1_300);

const degrade = (story: Story, atMs: number, holds = true): Story =>
  story.tell({ kind: 'relay-condition', atMs, condition: 'asked', holds, detail: 'a file' });

describe('a demotion soon after an earlier fall', () => {
  it('is made as a withdrawal when a peer has answered since the doubt that it is ready', () => {
    const story = doubt(crashed());
    assert.equal(awaitsWord(story.state, story.policy), true, 'the peer is asked at the doubt');
    story.word(1_210, { vips: READY }, { madeAfterMs: 1_200 });
    silence(story);
    assert.deepEqual(story.verdicts(), ['withdrawn control-silent', '3 control-silent']);
    assert.equal(awaitsWord(story.state, story.policy), false);
  });

  it('is one as ever when the account has room', () => {
    const story = Story.healthy({ hearsPeers: true });
    story.miss(50).miss(100);
    assert.equal(awaitsWord(story.state, story.policy), false);
    story.word(110, { vips: READY }, { madeAfterMs: 100 }).miss(150).miss(200);
    assert.equal(story.rank('a'), 2);
  });

  for (const [given, vips, madeAfterMs] of [
    ['the peer is not ready', UNREADY, 1_200],
    ['the peer carries nothing', AWAY, 1_200],
    ['the peer answered before the doubt', READY, 1_199],
    ['the word of the peer may be old', READY, undefined],
  ] as const) {
    it(`is one as ever when ${given}, once the time for an answer is over`, () => {
      const story = doubt(crashed());
      const made = madeAfterMs === undefined ? {} : { madeAfterMs };
      story.word(1_210, { vips }, made).miss(1_250).miss(1_299);
      assert.deepEqual([story.rank('a'), story.reason('a')], [0, 'control-silent']);
      assert.equal(story.wakeAtMs(), 1_300);
      assert.deepEqual(story.tick(1_300).verdicts(), ['2 control-silent', '3 control-silent']);
      story.word(1_310, { vips: READY }, { madeAfterMs: 1_305 });
      assert.equal(story.rank('a'), 2, 'demoted is demoted');
    });
  }

  it('asks and waits at most 100 ms where no doubt came before', () => {
    const story = degrade(crashed(), 1_100);
    assert.deepEqual(story.verdicts(), ['0 called-degraded', '3 called-degraded']);
    assert.equal(awaitsWord(story.state, story.policy), true);
    assert.equal(story.wakeAtMs(), 1_200);
    assert.equal(story.tick(1_199).rank('a'), 0);
    assert.equal(story.tick(1_200).rank('a'), 2);
    assert.equal(awaitsWord(story.state, story.policy), false);
  });

  it('falls with the answer', () => {
    const story = degrade(crashed(), 1_100).word(1_104, { vips: READY }, { madeAfterMs: 1_100 });
    assert.deepEqual(story.verdicts(), ['withdrawn called-degraded', '3 called-degraded']);
  });

  it('does not happen when its cause is over while it waits, and waits anew the next time', () => {
    const story = degrade(degrade(crashed(), 1_100), 1_150, false);
    assert.equal(story.verdicts()[0], '0 serving');
    degrade(story, 1_190).tick(1_289);
    assert.equal(story.rank('a'), 0);
    assert.equal(story.tick(1_290).rank('a'), 2);
  });

  it('waits for nobody where no peer can be heard', () => {
    assert.equal(degrade(crashed({ hearsPeers: false }), 1_100).rank('a'), 2);
  });

  it('is never more than one for a standby, or for an order', () => {
    const story = crashed().word(1_050, { vips: READY }, { madeAfterMs: 1_040 });
    story.drain(1_060);
    assert.equal(story.verdicts()[0], '2 drained');
    const leaving = crashed().tell({ kind: 'stopping', atMs: 1_060, how: 'drain' });
    assert.deepEqual(leaving.verdicts(), ['2 stopping', '3 stopping']);
  });

  it('does not move a host that is frozen', () => {
    const story = doubt(crashed().freeze(1_050)).word(1_210, {}, { madeAfterMs: 1_200 });
    assert.equal(silence(story).rank('a'), 0);
  });
});

describe('a home that was withdrawn instead of demoted', () => {
  const away = (): Story =>
    degrade(crashed(), 1_100).word(1_104, { vips: READY }, { madeAfterMs: 1_100 }).answer(1_200);

  it('stays away while a peer carries the address, and says why', () => {
    const story = away();
    for (let atMs = 2_000; atMs <= 60_000; atMs += 1_000) {
      story.answer(atMs).word(atMs, { vips: READY });
    }
    assert.equal(story.verdicts()[0], 'withdrawn called-degraded');
    assert.match(sayVerdict('called-degraded', 'withdrawn'), /withdrawn instead of demoted/);
    assert.doesNotMatch(sayVerdict('called-degraded', 2), /instead/);
    assert.doesNotMatch(sayVerdict('relay-dead', 'withdrawn'), /instead/);
  });

  it('is back at once, demoted, when nobody else carries it', () => {
    assert.equal(away().word(1_300, { vips: AWAY }).verdicts()[0], '2 called-degraded');
  });

  it('is back, demoted, when it is not known any more whether somebody does', () => {
    assert.equal(away().answer(4_600).rank('a'), 'withdrawn');
    assert.equal(away().answer(4_605).rank('a'), 2);
  });
});

describe('a home that was demoted without room, and hangs', () => {
  /** Nobody has answered in time. */
  const demoted = (): Story => {
    const story = silence(doubt(crashed()).unheard(1_210).unheard(1_220));
    return story.unheard(1_310).unheard(1_320);
  };

  it('stays demoted while a peer is ready: the calls are there already', () => {
    const story = demoted().word(1_330, { vips: READY }, { madeAfterMs: 1_325 });
    assert.deepEqual(story.verdicts(), ['2 relay-hung', '3 relay-hung']);
  });

  it('is withdrawn for a peer that is not: its calls would stay', () => {
    const story = demoted().word(1_330, { vips: UNREADY }, { madeAfterMs: 1_325 });
    assert.equal(story.rank('a'), 'withdrawn');
  });

  it('is withdrawn when its relay dies', () => {
    const story = demoted().word(1_330, { vips: READY }, { madeAfterMs: 1_325 });
    story.connection(1_340, 'ended').connection(1_341, 'refused');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
  });
});
