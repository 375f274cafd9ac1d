import assert from 'node:assert/strict';

import { memoryOf, NOTHING_REMEMBERED, remembersTheSame } from '../../src/domain/memory.js';
import { initialState } from '../../src/domain/machine.js';
import { POLICY, Story, UNDRAINED } from './story.js';

/** The sidecar is started again and remembers what it had written down. */
function restarted(story: Story, atMs: number): Story {
  const memory = JSON.parse(JSON.stringify(memoryOf(story.state))) as typeof NOTHING_REMEMBERED;
  const next = new Story();
  next.state = initialState(POLICY, UNDRAINED, atMs, memory);
  return next;
}

const crash = (story: Story, atMs: number): Story =>
  story
    .connection(atMs, 'open')
    .answer(atMs)
    .connection(atMs + 1, 'ended')
    .connection(atMs + 2, 'refused');

describe('what is remembered over a restart', () => {
  it('is nothing while nothing has fallen', () => {
    assert.deepEqual(memoryOf(Story.healthy().state), NOTHING_REMEMBERED);
  });

  it('makes a relay wait that fell before it', () => {
    const fallen = crash(Story.healthy(), 1_000);
    assert.equal(memoryOf(fallen.state).holdOffs['a']?.strikes, 1);
    const story = restarted(fallen, 2_000).holds(2_000, ['withdrawn', 'withdrawn']);
    story.connection(2_001, 'open').answer(2_001).primary(2_001).replica(2_001);
    story.count(2_001, 5, 7).replica(2_002);
    const fallenOnceMore = crash(story.tick(13_000), 13_001);
    assert.equal(memoryOf(fallenOnceMore.state).holdOffs['a']?.strikes, 2);
  });

  it('says nothing of a VIP that is not configured any more', () => {
    const { holdOffs } = memoryOf(crash(Story.healthy(), 1_000).state);
    const memory = { holdOffs: { z: holdOffs['a']! }, disabledNeighbours: [] };
    const state = initialState(POLICY, UNDRAINED, 2_000, memory);
    assert.deepEqual(memoryOf(state), NOTHING_REMEMBERED);
  });

  it('holds the neighbours that are down by our hand', () => {
    const neighbour = { neighbour: '10.0.1.1', atMs: 5, because: 'differs' as const };
    const memory = { holdOffs: {}, disabledNeighbours: [neighbour] };
    const state = initialState(POLICY, UNDRAINED, 10, memory);
    assert.deepEqual(memoryOf(state), memory);
  });

  it('is the same until a rank moves or a neighbour goes down', () => {
    const before = Story.healthy().state;
    assert.ok(remembersTheSame(before, Story.healthy().state));
    assert.ok(remembersTheSame(before, before));
    const fallen = crash(Story.healthy(), 1_000).state;
    assert.ok(!remembersTheSame(before, fallen));
    assert.ok(!remembersTheSame({ ...before, vips: {} }, fallen));
    const escalation = { ...before.escalation, disabled: [] };
    assert.ok(!remembersTheSame(before, { ...before, escalation }));
  });
});
