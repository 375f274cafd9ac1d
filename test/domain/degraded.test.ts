import assert from 'node:assert/strict';

import { NOTHING_ORDERED, type RelayConditionObservation } from '../../src/domain/evidence.js';
import { Story } from './story.js';

function missing(atMs: number, vips?: readonly string[], holds = true): RelayConditionObservation {
  const common = { kind: 'relay-condition', atMs, condition: 'vip-missing', detail: 'x' } as const;
  return { ...common, holds, ...(vips === undefined ? {} : { vips }) };
}

function asked(atMs: number, holds: boolean): RelayConditionObservation {
  return { kind: 'relay-condition', atMs, condition: 'asked', holds, detail: 'x' };
}

function call(atMs: number, untilMs?: number) {
  const degraded = { by: 'monitor', why: 'one-way audio', atMs, untilMs };
  return { kind: 'operator', atMs, operator: { ...NOTHING_ORDERED, degraded } } as const;
}

describe('step: a degraded relay', () => {
  it('demotes the VIP whose address is missing at once, and no other', () => {
    const home = Story.healthy().tell(missing(10, ['a']));
    assert.deepEqual(home.verdicts(), ['2 vip-missing', '1 standby-ready']);
    const standby = Story.healthy().tell(missing(10, ['b']));
    assert.deepEqual(standby.verdicts(), ['0 serving', '3 vip-missing']);
  });

  it('demotes every VIP when it is not said which one is missing', () => {
    const story = Story.healthy().tell(missing(10));
    assert.deepEqual(story.verdicts(), ['2 vip-missing', '3 vip-missing']);
  });

  it('rises after the settling time once the address is back', () => {
    const story = Story.healthy({ settleMs: 1_000 }).tell(missing(10, ['a']));
    story.tell(missing(20, [], false)).answer(1_019);
    assert.deepEqual(story.verdicts(), ['2 settling', '1 standby-ready']);
    assert.equal(story.answer(1_020).rank('a'), 0);
  });

  it('demotes everything for as long as a file asks for it', () => {
    const story = Story.healthy({ settleMs: 0 }).tell(asked(10, true));
    assert.deepEqual(story.verdicts(), ['2 called-degraded', '3 called-degraded']);
    assert.equal(story.tell(asked(20, false)).rank('a'), 0);
  });

  it('demotes everything for as long as somebody says so, and saves the end of that', () => {
    const story = Story.healthy({ settleMs: 0 }).tell(call(10, 500));
    assert.deepEqual(story.verdicts(), ['2 called-degraded', '3 called-degraded']);
    assert.equal(story.wakeAtMs(), 500);
    assert.equal(story.answer(499).rank('a'), 2);
    assert.equal(story.answer(500).rank('a'), 0);
    assert.deepEqual(story.effects.at(-1), { kind: 'save-operator', operator: NOTHING_ORDERED });
  });

  it('forgets nothing of it when another order ends', () => {
    const story = Story.healthy().tell(call(10));
    const { degraded } = story.state.evidence.operator;
    const drained = { by: 'ann', why: 'x', atMs: 20, untilMs: 30 };
    story.tell({ kind: 'operator', atMs: 20, operator: { ...NOTHING_ORDERED, drained, degraded } });
    story.answer(30);
    assert.deepEqual(story.state.evidence.operator, {
      ...NOTHING_ORDERED,
      degraded,
      releasedAtMs: 30,
    });
    assert.equal(story.reason('a'), 'called-degraded');
  });

  it('is withdrawn when it dies, and says that it is silent when it is', () => {
    const story = Story.healthy().tell(call(10)).miss(20).miss(30).miss(40).miss(50);
    assert.equal(story.reason('a'), 'control-silent');
    story.connection(60, 'ended').connection(61, 'refused');
    assert.deepEqual(story.verdicts(), ['withdrawn relay-dead', 'withdrawn relay-dead']);
  });

  it('makes the next return wait, as every other fall does', () => {
    const story = Story.healthy().tell(asked(10, true));
    assert.equal(story.state.vips['a']?.holdOff.strikes, 1);
  });
});
