import assert from 'node:assert/strict';

import { createSelfMeter } from '../../../src/adapters/system/self-meter.js';
import type { SelfMeter } from '../../../src/ports/self-meter.js';
import { blockEventLoop, waitUntil } from '../../support/wait.js';

const STALL_MS = 400;
const SAMPLE_MS = 100;

describe('the meter of the sidecar itself', () => {
  let meter: SelfMeter;

  beforeEach(() => {
    meter = createSelfMeter({ state: 'none', restarts: 0 });
    meter.start();
  });

  afterEach(() => {
    meter.stop();
  });

  it('still tells of a stall when nobody looked during it', async () => {
    blockEventLoop(STALL_MS);
    const isTold = (): boolean => meter.read().loopDelayMs >= STALL_MS - SAMPLE_MS;
    await waitUntil('the stall is told', isTold);
    assert.ok(isTold(), 'forgotten by being read');
  });

  it('tells memory and the time it is up', () => {
    const { rssMb, upSeconds } = meter.read();
    assert.ok(rssMb > 1 && upSeconds > 0);
  });
});
