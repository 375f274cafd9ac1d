import assert from 'node:assert/strict';

import { Deadlines } from '../../src/async/deadlines.js';
import { tickEvery } from '../../src/async/tick.js';
import { installClock } from '../support/clock.js';
import { blockEventLoop, pause } from '../support/wait.js';

describe('Deadlines', () => {
  let passed: string[];
  let deadlines: Deadlines;

  const start = (name: string, limitMs: number): (() => void) =>
    deadlines.start(limitMs, () => passed.push(name));

  beforeEach(() => {
    passed = [];
    deadlines = new Deadlines();
  });

  afterEach(() => {
    deadlines.stop();
  });

  it('pass in the order in which they are due, whatever the order in which they were set', async () => {
    start('later', 60);
    start('soon', 10);
    start('between', 30);
    blockEventLoop(40); // Two of them are due when the stall ends.
    await pause(80);
    assert.deepEqual(passed, ['soon', 'between', 'later']);
  });

  it('pass for those that were not called off, each once', async () => {
    const cancel = start('cancelled', 10);
    start('open', 10);
    cancel();
    cancel();
    await pause(60);
    assert.deepEqual(passed, ['open']);
  });

  it('are set again after all have passed or were called off', async () => {
    start('first', 5)();
    await pause(30);
    start('second', 5);
    await pause(30);
    start('third', 5);
    await pause(30);
    assert.deepEqual(passed, ['second', 'third']);
  });

  it('give what came in during a stall the first word', async () => {
    const cancel = start('expired', 10);
    // A plain timer that is due in the same turn stands for the answer that waits.
    setTimeout(() => setImmediate(cancel), 5);
    blockEventLoop(50);
    await pause(30);
    assert.deepEqual(passed, []);
  });

  it('say how late the timer was', async () => {
    const lateMs = new Promise<number>((resolve) => deadlines.start(10, resolve));
    blockEventLoop(60);
    assert.ok((await lateMs) >= 45);
  });

  it('are all called off by stop, also those that are about to pass', async () => {
    start('soon', 5);
    start('later', 20);
    // Both timers are due when the stall ends, and run in the same turn.
    setTimeout(() => deadlines.stop(), 5);
    blockEventLoop(30);
    await pause(60);
    assert.deepEqual(passed, []);
  });

  it('can be set again after they were stopped', async () => {
    start('before', 5);
    deadlines.stop();
    await pause(10);
    start('after', 40);
    await pause(20);
    assert.deepEqual(passed, []);
    await pause(60);
    assert.deepEqual(passed, ['after']);
  });

  it('wake nobody while something ticks as often, unless one passes', async () => {
    const clock = installClock();
    const stop = new AbortController();
    const answers: (() => void)[] = [];
    const isAnswered = (): boolean => performance.now() <= 100;
    const tick = (): void => {
      const callOff = start(`of ${performance.now()}`, 50);
      if (isAnswered()) {
        answers.push(callOff);
      }
    };
    try {
      void tickEvery(50, tick, stop.signal);
      while (answers.length > 0) {
        answers.pop()?.();
        assert.equal(clock.countTimers(), 1);
        clock.next(); // The tick, and nothing in front of it.
      }
      assert.equal(performance.now(), 150);
      await clock.tickAsync(60);
      assert.deepEqual(passed, ['of 150']);
    } finally {
      stop.abort();
      deadlines.stop();
      const timersLeft = clock.countTimers();
      clock.restore();
      assert.equal(timersLeft, 0);
    }
  });
});
