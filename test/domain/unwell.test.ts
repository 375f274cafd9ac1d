import assert from 'node:assert/strict';

import { awaitsWord } from '../../src/domain/await-word.js';
import type { PeerWord } from '../../src/domain/evidence.js';
import { isWell } from '../../src/domain/wellness.js';
import { Story } from './story.js';

/** Answered and heard every 50 ms up to 1,000, then neither: silent and hung at 1,200. */
function hang(story = Story.healthy()): Story {
  for (let atMs = 50; atMs <= 1_000; atMs += 50) {
    story.answer(atMs).heard(atMs);
  }
  for (let atMs = 1_050; atMs <= 1_200; atMs += 50) {
    story.unheard(atMs).miss(atMs);
  }
  return story;
}

/** The media dies at 1,000 while pings are answered: found at 1,200. */
function deafen(story = Story.healthy(), untilMs = 1_200): Story {
  for (let atMs = 50; atMs <= 1_000; atMs += 50) {
    story.answer(atMs).heard(atMs);
  }
  for (let atMs = 1_050; atMs <= untilMs; atMs += 50) {
    story.answer(atMs).unheard(atMs);
  }
  return story;
}

describe('a relay that hangs', () => {
  it('is demoted at once, and asks its peers', () => {
    const story = hang();
    assert.deepEqual(story.verdicts(), ['2 relay-hung', '3 relay-hung']);
    assert.equal(awaitsWord(story.state, story.policy), true);
  });

  it('is silent, not hung, while the canary is heard or none stands', () => {
    const heard = Story.healthy().heard(10).miss(50).miss(100).miss(150).miss(200);
    assert.equal(heard.reason('a'), 'control-silent');
    assert.equal(awaitsWord(heard.state, heard.policy), false);
    const none = Story.healthy().noCanary(10).miss(50).miss(100).miss(150).miss(200);
    assert.equal(none.reason('a'), 'control-silent');
  });

  it('withdraws the home, and only it, when a peer answers that it carries on', () => {
    const story = hang().word(1_210, {}, { madeAfterMs: 1_101 });
    assert.deepEqual(story.verdicts(), ['withdrawn relay-hung', '3 relay-hung']);
    assert.equal(awaitsWord(story.state, story.policy), false, 'nothing is left to ask for');
  });

  it('withdraws for a standby that is not ready too: it lives, and forwards what it has', () => {
    const vips = [{ name: 'a', rank: 3, of: 'relay-a' }];
    const story = hang().word(1_210, { vips }, { madeAfterMs: 1_100 });
    assert.equal(story.rank('a'), 'withdrawn');
  });

  const no: readonly [string, (story: Story) => Story][] = [
    ['a word that may be older than the hang', (story) => story.word(1_210)],
    [
      'an answer to a question from before the first doubt',
      (story) => story.word(1_210, {}, { madeAfterMs: 1_099 }),
    ],
    [
      'a peer whose relay is silent',
      (story) => story.word(1_210, { relay: 'silent' }, { madeAfterMs: 1_101 }),
    ],
    [
      'a peer that is unwell itself',
      (story) => story.word(1_210, { well: false }, { madeAfterMs: 1_101 }),
    ],
    [
      'a peer that does not say whether it is well',
      (story) => story.word(1_210, { well: undefined }, { madeAfterMs: 1_101 }),
    ],
    [
      'a peer that has withdrawn the address',
      (story) =>
        story.word(
          1_210,
          { vips: [{ name: 'a', rank: 'withdrawn', of: 'relay-a' }] },
          { madeAfterMs: 1_101 },
        ),
    ],
    [
      'a peer that is the home of another address of the same name',
      (story) => story.word(1_210, { vips: [{ name: 'a', rank: 0 }] }, { madeAfterMs: 1_101 }),
    ],
    [
      'a peer that knows nothing of the address',
      (story) => story.word(1_210, { vips: [{ name: 'b', rank: 0 }] }, { madeAfterMs: 1_101 }),
    ],
  ];
  for (const [given, tell] of no) {
    it(`is not withdrawn for ${given}`, () => {
      const story = tell(hang());
      assert.deepEqual(story.verdicts(), ['2 relay-hung', '3 relay-hung']);
      assert.equal(awaitsWord(story.state, story.policy), true);
    });
  }

  it('is not withdrawn by an answer that came before the canary was missed as well', () => {
    const story = Story.healthy().heard(10).miss(50).miss(100).miss(150).miss(200);
    story.word(210, {}, { madeAfterMs: 205 });
    assert.equal(story.rank('a'), 2);
  });

  it('does not let go within a second of the return of a primary that every host had lost', () => {
    const story = hang().primarySilent(1_150).primary(1_205);
    story.word(1_210, {}, { madeAfterMs: 1_206 }).word(2_190, {}, { madeAfterMs: 2_180 });
    assert.equal(story.miss(2_204).rank('a'), 2);
    assert.equal(story.miss(2_205).rank('a'), 'withdrawn');
  });

  it('takes a later word for as new as the answer before it, and an older one for nothing', () => {
    const story = Story.healthy().word(900, {}, { madeAfterMs: 890 });
    hang(story);
    story.word(1_205, { sequence: 5 });
    assert.equal(story.rank('a'), 2, 'a number that fell comes from before');
    story.word(1_210, { sequence: 9_000, relay: 'silent' }, { madeAfterMs: 1_101 });
    story.word(1_220, { sequence: 9_001 });
    assert.equal(story.rank('a'), 'withdrawn');
  });

  it('believes a number that fell when its node was not heard of for long', () => {
    const story = Story.healthy().word(100, { sequence: 9 });
    story.word(3_600, { sequence: 3 });
    assert.equal(story.state.evidence.peers['relay-b']?.word.sequence, 9, 'at the limit it is not');
    story.word(3_601, { sequence: 3 });
    assert.equal(story.state.evidence.peers['relay-b'].word.sequence, 3);
    assert.equal(story.state.evidence.peers['relay-b'].madeAfterMs, undefined);
  });

  it('does not let go for a peer that was not heard of for a second since', () => {
    const story = Story.healthy({ missesMax: 40, canaryMissesMax: 4 });
    for (let atMs = 50; atMs <= 200; atMs += 50) {
      story.unheard(atMs).answer(atMs);
    }
    story.word(300, {}, { madeAfterMs: 250 });
    for (let atMs = 350; atMs <= 1_150; atMs += 50) {
      story.answer(atMs);
    }
    assert.equal(story.answer(1_301).rank('a'), 2, 'dead for longer than 1 s by now');
  });

  it('stays away while it is unwell, whatever becomes of the peer', () => {
    const story = hang().word(1_210, {}, { madeAfterMs: 1_101 });
    for (let atMs = 1_250; atMs < 60_000; atMs += 50) {
      story.unheard(atMs).miss(atMs);
    }
    assert.deepEqual(story.verdicts(), ['withdrawn relay-hung', '3 relay-hung']);
  });

  it('is moved by nothing while a person has frozen the host', () => {
    const story = hang(Story.healthy().freeze(1)).word(1_210, {}, { madeAfterMs: 1_101 });
    assert.deepEqual(story.verdicts(), ['0 frozen', '1 frozen']);
  });
});

describe('a relay whose media is dead', () => {
  it('is demoted at the fourth packet in a row that is not heard again', () => {
    assert.deepEqual(deafen(Story.healthy(), 1_150).verdicts(), ['0 serving', '1 standby-ready']);
    const story = deafen();
    assert.deepEqual(story.verdicts(), ['2 media-dead', '3 media-dead']);
    assert.equal(awaitsWord(story.state, story.policy), true);
    assert.equal(story.state.vips['a']?.recheckAtMs, 2_200);
  });

  it('is not for packets that were late by a stall of our own', () => {
    const story = Story.healthy();
    for (let atMs = 50; atMs <= 1_000; atMs += 50) {
      story.answer(atMs).unheard(atMs, 26);
    }
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('withdraws the home after a second when a peer has said since that it carries on', () => {
    const story = deafen(Story.healthy(), 2_150).word(2_160, {}, { madeAfterMs: 2_155 });
    assert.equal(story.rank('a'), 2);
    story.answer(2_200);
    assert.deepEqual(story.verdicts(), ['withdrawn media-dead', '3 media-dead']);
  });

  it('has a second from when the relay answers again: what had hung may have to wake up', () => {
    const story = hang().answer(1_300).word(2_190, {}, { madeAfterMs: 2_180 });
    assert.equal(story.reason('a'), 'media-dead');
    assert.equal(story.answer(2_299).rank('a'), 2, 'dead for more than a second by now');
    assert.equal(story.answer(2_300).rank('a'), 'withdrawn');
  });

  it('is well again when a packet is heard, and returns with settle', () => {
    const story = deafen().answer(1_250).heard(1_250);
    assert.deepEqual(story.verdicts(), ['2 settling', '3 settling']);
    for (let atMs = 1_300; atMs <= 11_250; atMs += 50) {
      story.answer(atMs).heard(atMs);
    }
    assert.deepEqual(story.verdicts(), ['0 serving', '1 standby-ready']);
  });

  it('stays withdrawn until its media has been sound for settle', () => {
    const story = deafen(Story.healthy(), 2_200).word(2_210, {}, { madeAfterMs: 2_205 });
    for (let atMs = 2_250; atMs <= 20_000; atMs += 50) {
      story.answer(atMs).unheard(atMs);
    }
    assert.deepEqual(story.verdicts(), ['withdrawn media-dead', '3 media-dead']);
  });

  it('is not brought to life by the loss of the canary call, or only after a minute', () => {
    const story = deafen();
    for (let atMs = 1_250; atMs <= 61_250; atMs += 500) {
      story.answer(atMs).noCanary(atMs);
      assert.equal(story.reason('a'), atMs < 61_250 ? 'media-dead' : 'settling');
    }
  });
});

describe('what a host says of itself', () => {
  const well = (story: Story): boolean => isWell(story.heard(5).state);

  it('is that it is well while its relay answers and the router hears of it', () => {
    assert.equal(well(Story.healthy()), true);
    assert.equal(well(Story.healthy().miss(2).miss(3)), false);
    assert.equal(isWell(Story.healthy().unheard(2).unheard(3).state), false);
  });

  it('is not that it is well while its daemon is gone, or has no session', () => {
    const gone = Story.healthy().tell({ kind: 'speaker', daemon: 'unreachable', atMs: 2 });
    assert.equal(well(gone), false);
    const idle = { neighbour: '10.0.1.1', state: 'idle', bfd: 'down' } as const;
    assert.equal(well(Story.healthy().holds(2, [0, 1], [idle])), false);
  });
});

describe('two hosts that hang at the same moment', () => {
  /** Both ask as soon as they know; each answers with what it is when it is asked. */
  function both(laterMs: number): readonly (string | number | undefined)[] {
    const [one, other] = [hang(), Story.healthy()];
    for (let atMs = 50; atMs <= 1_000 + laterMs; atMs += 50) {
      other.answer(atMs).heard(atMs);
    }
    const mirrored = ({ state }: Story): Partial<PeerWord> => ({
      relay: state.evidence.relay.state,
      well: isWell(state),
      vips: [{ name: 'a', rank: state.vips['a']!.rank!, of: 'relay-a' }],
    });
    one.word(1_205, mirrored(other), { madeAfterMs: 1_101 });
    for (let atMs = 1_050 + laterMs; atMs <= 1_200 + laterMs; atMs += 50) {
      other.unheard(atMs).miss(atMs);
    }
    other.word(1_210 + laterMs, mirrored(one), { madeAfterMs: 1_201 + laterMs });
    return [one.rank('a'), other.rank('a')];
  }

  it('never both let go, however their clocks run', () => {
    for (let laterMs = 0; laterMs <= 500; laterMs += 50) {
      const ranks = both(laterMs);
      assert.ok(
        ranks.filter((rank) => rank === 'withdrawn').length <= 1,
        `${laterMs}: ${ranks.join()}`,
      );
    }
  });
});
