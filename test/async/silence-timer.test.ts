import assert from 'node:assert/strict';

import { SilenceTimer } from '../../src/async/silence-timer.js';
import { blockEventLoop, pause } from '../support/wait.js';

const LIMIT_MS = 40;

describe('SilenceTimer', () => {
  let silences: number;
  let timer: SilenceTimer;

  beforeEach(() => {
    silences = 0;
    timer = new SilenceTimer(LIMIT_MS, () => (silences += 1));
  });

  afterEach(() => {
    timer.stop();
  });

  it('tells once that an answer is overdue', async () => {
    timer.asked();
    await pause(LIMIT_MS * 4);
    assert.equal(silences, 1);
  });

  it('is quiet while nothing is asked and while answers come', async () => {
    await pause(LIMIT_MS * 2);
    for (let question = 0; question < 5; question += 1) {
      timer.asked();
      await pause(LIMIT_MS / 4);
      timer.answered();
      await pause(LIMIT_MS / 4);
    }
    await pause(LIMIT_MS * 2);
    assert.equal(silences, 0);
  });

  it('tells of a later question, too', async () => {
    timer.asked();
    await pause(LIMIT_MS * 2);
    timer.answered();
    timer.asked();
    await pause(LIMIT_MS * 2);
    assert.equal(silences, 2);
  });

  it('gives what came in during a stall the first word', async () => {
    timer.asked();
    // A plain timer that is due earlier in the same turn stands for the answer that waits.
    setTimeout(() => setImmediate(() => timer.answered()), 5);
    blockEventLoop(LIMIT_MS * 2);
    await pause(LIMIT_MS);
    assert.equal(silences, 0);
  });

  it('tells nothing any more once it is stopped', async () => {
    timer.asked();
    timer.stop();
    await pause(LIMIT_MS * 2);
    assert.equal(silences, 0);
  });
});
