import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import { nextGridMs, tickEvery } from '../../src/async/tick.js';
import { installClock } from '../support/clock.js';

describe('tickEvery', () => {
  let clock: SinonFakeTimers;
  let stop: AbortController;

  beforeEach(() => {
    clock = installClock();
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    const timersLeft = clock.countTimers();
    clock.restore();
    assert.equal(timersLeft, 0, 'no timer outlives its signal');
  });

  it('ticks at once, then on the multiples of its interval', async () => {
    await clock.tickAsync(130);
    const ticks: number[] = [];
    void tickEvery(50, () => ticks.push(performance.now()), stop.signal);
    await clock.tickAsync(120);
    assert.deepEqual(ticks, [130, 150, 200, 250]);
  });

  it('leaves out what a stall swallowed, and says how late the next one is', async () => {
    const ticks: [number, number][] = [];
    void tickEvery(50, (lateMs) => ticks.push([performance.now(), lateMs]), stop.signal);
    await clock.tickAsync(50);
    clock.jump(170); // As in a stall: what was due in it fires once, at its end.
    await clock.tickAsync(30);
    assert.deepEqual(ticks, [
      [0, 0],
      [50, 0],
      [220, 120],
      [250, 0],
    ]);
  });

  it('resolves when its signal aborts, also before it began', async () => {
    const ticking = tickEvery(50, () => undefined, stop.signal);
    stop.abort();
    await ticking;
    await tickEvery(50, () => assert.fail('ticked'), stop.signal);
  });
});

describe('nextGridMs', () => {
  for (const [afterMs, next] of [
    [0, 100],
    [99.9, 100],
    [100, 200],
    [100.1, 200],
  ] as const) {
    it(`is ${next} behind ${afterMs}`, () => assert.equal(nextGridMs(100, afterMs), next));
  }
});
