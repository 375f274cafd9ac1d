import assert from 'node:assert/strict';

import { startPatientTimer } from '../../src/async/patient-timer.js';
import { blockEventLoop, pause } from '../support/wait.js';

describe('startPatientTimer', () => {
  it('gives what came in during a stall the first word', async () => {
    const order: string[] = [];
    startPatientTimer(10, () => order.push('expired'));
    // A plain timer that is due earlier in the same turn stands for the answer that waits.
    setTimeout(() => setImmediate(() => order.push('answer')), 5);
    blockEventLoop(50);
    await pause(20);
    assert.deepEqual(order, ['answer', 'expired']);
  });

  it('says how late it was', async () => {
    const lateMs = new Promise<number>((resolve) => startPatientTimer(10, resolve));
    blockEventLoop(60);
    assert.ok((await lateMs) >= 45);
  });

  it('can be called off, also while it gives the last turn', async () => {
    let expired = 0;
    startPatientTimer(5, () => (expired += 1))();
    const cancel = startPatientTimer(5, () => (expired += 1));
    setTimeout(cancel, 5); // Runs right after the timer itself, before the turn is over:
    blockEventLoop(20); // both are due when the stall ends.
    await pause(20);
    assert.equal(expired, 0);
  });
});
