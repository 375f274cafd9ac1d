import assert from 'node:assert/strict';

import { spy, type SinonFakeTimers } from 'sinon';

import { nextGridMs, tickEvery, type Tick } from '../../src/async/tick.js';
import { installClock } from '../support/clock.js';
import { blockEventLoop, pause } from '../support/wait.js';

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

  it('does what is due together in one turn, with one timer', async () => {
    await clock.tickAsync(10);
    const ticks: string[] = [];
    const say = (name: string) => () => ticks.push(`${name} ${performance.now()}`);
    void tickEvery(100, say('seldom'), stop.signal);
    void tickEvery(50, say('often'), stop.signal);
    assert.equal(clock.countTimers(), 1);
    clock.next();
    assert.deepEqual(ticks.slice(2), ['often 50']);
    clock.next();
    assert.deepEqual(ticks.slice(3), ['seldom 100', 'often 100']);
  });

  it('sets the timer that has fired again, as long as the ticks lie as far apart as before', async () => {
    const timers = spy(globalThis, 'setTimeout');
    try {
      void tickEvery(50, () => undefined, stop.signal);
      await clock.tickAsync(1_000);
      const inStep = timers.callCount;
      clock.jump(70); // One tick is 20 ms late: it is 30 ms to the next, and 50 again after it.
      await clock.tickAsync(1_000);
      assert.deepEqual([inStep, timers.callCount], [1, 3]);
    } finally {
      timers.restore();
    }
  });

  it('says which ticks are one in three, the same for all, and makes up for a swallowed one', async () => {
    await clock.tickAsync(70);
    const ticks: string[] = [];
    const say = (name: string) => (_lateMs: number, tick: Tick) => {
      if (tick.isOneIn(3)) {
        ticks.push(`${name} ${performance.now()}`);
      }
    };
    void tickEvery(50, say('a'), stop.signal);
    await clock.tickAsync(50);
    void tickEvery(50, say('b'), stop.signal);
    await clock.tickAsync(200);
    const swallowing = ticks.length;
    clock.jump(150); // 350, 400, 450: the one in three is the last of them.
    await clock.tickAsync(160);
    assert.deepEqual(ticks.slice(0, swallowing), [
      'a 70',
      'b 120',
      'a 150',
      'b 150',
      'a 300',
      'b 300',
    ]);
    assert.deepEqual(ticks.slice(swallowing), ['a 470', 'b 470', 'a 600', 'b 600']);
  });

  it('does no more for those that were ended, be it in the same turn', async () => {
    const ended = new AbortController();
    const ticks: string[] = [];
    void tickEvery(
      50,
      () => {
        ticks.push('first');
        if (ticks.length > 2) {
          ended.abort();
        }
      },
      stop.signal,
    );
    void tickEvery(50, () => ticks.push('second'), ended.signal);
    await clock.tickAsync(120);
    assert.deepEqual(ticks, ['first', 'second', 'first', 'first']);
  });

  it('resolves when its signal aborts, also before it began', async () => {
    const ticking = tickEvery(50, () => undefined, stop.signal);
    stop.abort();
    await ticking;
    await tickEvery(50, () => assert.fail('ticked'), stop.signal);
  });
});

describe('tickEvery, in real time', () => {
  it('says of one that waited for another in its turn by how much', async () => {
    const stop = new AbortController();
    const late: number[] = [];
    let ticks = 0;
    void tickEvery(
      20,
      () => {
        ticks += 1;
        blockEventLoop(ticks < 2 ? 0 : 30);
      },
      stop.signal,
    );
    void tickEvery(20, (lateMs) => late.push(lateMs), stop.signal);
    await pause(120);
    stop.abort();
    assert.ok(Math.max(...late) >= 29, late.join());
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
