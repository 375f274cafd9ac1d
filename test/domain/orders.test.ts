import assert from 'node:assert/strict';

import { Story, UNDRAINED } from './story.js';

describe('step: orders', () => {
  it('demotes home and standby alike on a drain', () => {
    assert.deepEqual(Story.healthy().drain(10).verdicts(), ['2 drained', '3 drained']);
  });

  it('shows the stronger reason when a drained relay goes silent', () => {
    const story = Story.healthy().drain(10).miss(20).miss(30).miss(40).miss(50);
    assert.deepEqual(story.verdicts(), ['2 control-silent', '3 control-silent']);
  });

  it('withdraws a drained host whose relay dies', () => {
    const story = Story.healthy().drain(10).connection(20, 'ended').connection(21, 'refused');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
  });

  it('ends a drain at its expiry and saves that', () => {
    const story = Story.healthy({ settleMs: 0 }).drain(10, 500);
    assert.equal(story.wakeAtMs(), 500);
    story.answer(499);
    assert.equal(story.rank('a'), 2);
    story.answer(500);
    assert.equal(story.rank('a'), 0);
    assert.deepEqual(story.effects.at(-1), {
      kind: 'save-operator',
      operator: { ...UNDRAINED, releasedAtMs: 500 },
    });
  });

  it('obeys a drain found on disk at the start', () => {
    const drained = { by: 'ann', why: 'disk', atMs: -5, untilMs: undefined };
    const story = new Story({}, { ...UNDRAINED, drained });
    story.answer(0).holds(1, [2, 3]).answer(20_000);
    assert.deepEqual(
      story.verdicts().map((each) => each.split(' ')[0]),
      ['2', '3'],
    );
  });

  it('says goodbye as asked: demoted for drain, withdrawn for withdraw', () => {
    const drain = Story.healthy().tell({ kind: 'stopping', atMs: 1, how: 'drain' });
    assert.deepEqual(drain.verdicts(), ['2 stopping', '3 stopping']);
    const withdraw = Story.healthy().tell({ kind: 'stopping', atMs: 1, how: 'withdraw' });
    assert.deepEqual(withdraw.verdicts(), ['withdrawn stopping', 'withdrawn stopping']);
  });
});

describe('step: freeze', () => {
  it('holds a host that goes silent, and moves it when it is unfrozen', () => {
    const story = Story.healthy().freeze(10).miss(20).miss(30).miss(40).miss(50);
    assert.deepEqual(story.verdicts(), ['0 frozen', '1 frozen']);
    story.undrain(60);
    assert.deepEqual(story.verdicts(), ['2 control-silent', '3 control-silent']);
  });

  it('withdraws a dead relay all the same', () => {
    const story = Story.healthy().freeze(10).connection(20, 'ended').connection(21, 'refused');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
  });

  it('holds even a dead relay when the order says so', () => {
    const story = Story.healthy().freeze(10, true);
    story.connection(20, 'ended').connection(21, 'refused');
    assert.deepEqual(story.verdicts(), ['0 frozen', '1 frozen']);
  });

  it('holds rises too', () => {
    const story = Story.healthy({ settleMs: 100 }).drain(10).answer(20).freeze(30).answer(500);
    assert.deepEqual(story.verdicts(), ['2 frozen', '3 frozen']);
  });

  it('gives way to a drain and to the goodbye of the sidecar', () => {
    const frozen = { by: 'ann', why: 'x', atMs: 1, untilMs: undefined, evenDead: false };
    const both = { ...UNDRAINED, frozen, drained: frozen };
    const drained = Story.healthy().tell({ kind: 'operator', atMs: 1, operator: both });
    assert.deepEqual(drained.verdicts(), ['2 drained', '3 drained']);
    const stopping = Story.healthy().freeze(1).tell({ kind: 'stopping', atMs: 2, how: 'drain' });
    assert.deepEqual(stopping.verdicts(), ['2 stopping', '3 stopping']);
  });

  it('ends by itself, saves that, and takes nobody for released', () => {
    const story = Story.healthy().freeze(10, false, 500).answer(499);
    assert.equal(story.reason('a'), 'frozen');
    assert.equal(story.wakeAtMs(), 500);
    story.answer(500);
    assert.equal(story.reason('a'), 'serving');
    assert.deepEqual(story.effects.at(-1), { kind: 'save-operator', operator: UNDRAINED });
  });
});
