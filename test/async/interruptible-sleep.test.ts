import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import { InterruptibleSleep } from '../../src/async/interruptible-sleep.js';
import { installClock } from '../support/clock.js';

describe('InterruptibleSleep', () => {
  let clock: SinonFakeTimers;
  let awake: boolean;

  const start = (pause: InterruptibleSleep): void => {
    awake = false;
    void pause.sleep(50).then(() => (awake = true));
  };

  beforeEach(() => {
    clock = installClock();
  });

  afterEach(() => {
    const timersLeft = clock.countTimers();
    clock.restore();
    assert.equal(timersLeft, 0, 'every path clears its timer');
  });

  it('lasts as long as it was asked to', async () => {
    start(new InterruptibleSleep());
    await clock.tickAsync(49);
    assert.equal(awake, false);
    await clock.tickAsync(1);
    assert.equal(awake, true);
  });

  it('ends with an interruption', async () => {
    const pause = new InterruptibleSleep();
    start(pause);
    pause.interrupt();
    await clock.tickAsync(0);
    assert.equal(awake, true);
  });

  it('keeps an interruption that came while nobody slept, and only one', async () => {
    const pause = new InterruptibleSleep();
    pause.interrupt();
    pause.interrupt();
    start(pause);
    await clock.tickAsync(0);
    assert.equal(awake, true);
    start(pause);
    await clock.tickAsync(49);
    assert.equal(awake, false);
    await clock.tickAsync(1);
  });
});
