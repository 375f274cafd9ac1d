import assert from 'node:assert/strict';

import { Story } from './story.js';

const fail = (story: Story, atMs: number): Story =>
  story.tell({
    kind: 'speaker-failed',
    atMs,
    number: story.state.convergence.number,
    detail: 'no answer',
  });

const phase = (story: Story): string => story.state.convergence.phase;
const kinds = (story: Story): readonly string[] => story.effects.map((effect) => effect.kind);

describe('convergence', () => {
  it('reads back as soon as the daemon has taken the commands', () => {
    const story = Story.healthy().drain(10);
    story.tell({ kind: 'declared', atMs: 11, number: story.state.convergence.number });
    assert.deepEqual(kinds(story), ['read-back']);
    assert.equal(phase(story), 'reading');
  });

  it('is verified when every established neighbour is sent exactly what is desired', () => {
    const story = Story.healthy().drain(10).confirm(12);
    assert.equal(phase(story), 'verified');
  });

  it('ignores the answer to a declaration that another one has followed', () => {
    const story = Story.healthy({ settleMs: 0 }).drain(10);
    const old = story.state.convergence.number;
    story.undrain(11).tell({ kind: 'declared', atMs: 12, number: old });
    assert.equal(phase(story), 'declaring');
  });

  it('tries again after a failure, waits longer each time and never more than a second', () => {
    const story = Story.healthy().drain(10);
    const waits: number[] = [];
    let atMs = 10;
    for (let round = 0; round < 8; round += 1) {
      fail(story, atMs);
      const { retryAtMs } = story.state.convergence;
      waits.push(retryAtMs - atMs);
      story.answer(retryAtMs - 1);
      assert.equal(phase(story), 'waiting');
      story.answer(retryAtMs);
      assert.equal(phase(story), 'declaring');
      atMs = retryAtMs;
    }
    assert.deepEqual(waits, [20, 40, 80, 160, 320, 640, 1_000, 1_000]);
  });

  it('says when the next try is due', () => {
    const story = fail(Story.healthy().drain(10), 10);
    assert.equal(story.wakeAtMs(), 30);
  });

  it('does not believe a read-back that differs', () => {
    for (const advertisements of [
      [],
      [
        {
          neighbour: '10.0.1.1',
          prefix: '10.99.0.1/32',
          rank: 0,
          asPath: [],
          communities: [],
          med: undefined,
        },
      ],
    ]) {
      const story = Story.healthy().drain(10);
      const { number } = story.state.convergence;
      story.tell({ kind: 'declared', atMs: 11, number });
      story.tell({ kind: 'advertised', atMs: 12, number, advertisements });
      assert.equal(phase(story), 'waiting');
    }
  });

  it('does not believe a withdrawal while a neighbour is still sent the route', () => {
    const story = Story.healthy().connection(1, 'ended').connection(2, 'refused');
    const { number } = story.state.convergence;
    story.tell({ kind: 'declared', atMs: 3, number });
    const sent = { asPath: [], communities: [], med: undefined, neighbour: '10.0.1.1' };
    const advertisements = [{ ...sent, prefix: '10.99.0.2/32', rank: 1 }];
    story.tell({ kind: 'advertised', atMs: 4, number, advertisements });
    assert.equal(phase(story), 'waiting');
    story.answer(30).confirm(31);
    assert.equal(phase(story), 'verified');
  });

  it('is unverified, and does not hammer, while no neighbour is established', () => {
    const story = new Story().answer(0).holds(0, [0, 1], []).confirm(1);
    assert.equal(phase(story), 'unverified');
    story.answer(2);
    assert.deepEqual(kinds(story), []);
  });

  it('reads back when a neighbour becomes established', () => {
    const story = new Story().answer(0).holds(0, [0, 1], []).confirm(1);
    story.holds(100, [0, 1]);
    assert.deepEqual(kinds(story), ['read-back']);
    story.confirm(101);
    assert.equal(phase(story), 'verified');
  });

  it('reads back on the slow tick', () => {
    const story = Story.healthy().answer(4_999);
    assert.deepEqual(kinds(story), []);
    story.answer(5_000);
    assert.deepEqual(kinds(story), ['read-back']);
  });

  it('declares again what the daemon has lost', () => {
    const story = Story.healthy().answer(50).holds(100, ['withdrawn', 'withdrawn']);
    assert.deepEqual(kinds(story), ['declare']);
    assert.equal(story.rank('a'), 0);
  });

  it('does not take a report from before the last declaration for a loss', () => {
    const story = Story.healthy().answer(50).drain(60);
    story.confirm(70).holds(69, [0, 1]);
    assert.deepEqual(kinds(story), []);
  });

  it('believes nothing while the daemon is unreachable, and looks again when it is back', () => {
    const story = Story.healthy().tell({ kind: 'speaker', daemon: 'unreachable', atMs: 10 });
    assert.equal(phase(story), 'unverified');
    story.holds(200, [0, 1]);
    assert.deepEqual(kinds(story), ['read-back']);
  });

  it('still commands a withdrawal when the daemon seems unreachable', () => {
    const story = Story.healthy().tell({ kind: 'speaker', daemon: 'unreachable', atMs: 10 });
    story.connection(20, 'ended').connection(21, 'refused');
    assert.deepEqual(kinds(story), ['declare', 'decided']);
  });

  it('leaves a declaration that is under way alone', () => {
    const story = Story.healthy().drain(10).holds(20, [0, 1]);
    assert.deepEqual(kinds(story), []);
    assert.equal(phase(story), 'declaring');
    story.tell({ kind: 'declared', atMs: 21, number: story.state.convergence.number });
    story.answer(22);
    assert.deepEqual(kinds(story), []);
  });

  it('declares anew when what is desired changes in the middle', () => {
    const story = Story.healthy().drain(10);
    story.connection(11, 'ended').connection(12, 'refused');
    assert.deepEqual(kinds(story), ['declare', 'decided']);
  });
});
