import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import { BeatWatch, type Silence } from '../../src/guard/beat-watch.js';
import { isStarved, readPulse } from '../../src/guard/process-pulse.js';
import { installClock } from '../support/clock.js';
import { blockEventLoop } from '../support/wait.js';

/** No process has it: the kernel tells nothing, and only the beats count. */
const NOBODY = 2 ** 22 + 1;

describe('the watch over the beats', () => {
  let clock: SinonFakeTimers;
  let watch: BeatWatch;
  let silences: Silence[];

  beforeEach(() => {
    clock = installClock();
    silences = [];
    watch = new BeatWatch(NOBODY, (silence) => silences.push(silence));
  });
  afterEach(() => {
    watch.end();
    assert.equal(clock.countTimers(), 0);
    clock.restore();
  });

  it('is content while a beat comes now and then', async () => {
    for (let round = 0; round < 5; round += 1) {
      await pass(600);
      watch.beat();
    }
    assert.deepEqual(silences, []);
  });

  it('calls 700 ms without a beat a hang, and says it once', async () => {
    await pass(699);
    assert.deepEqual(silences, []);
    await pass(1);
    assert.deepEqual(silences, [{ silentMs: 700, processState: undefined }]);
    await pass(5_000);
    assert.equal(silences.length, 1);
  });

  it('says nothing any more after its end', async () => {
    await pass(699);
    watch.end();
    await pass(1_000);
    assert.deepEqual(silences, []);
  });

  /** Timers fire, and then what they left to the next turns of the loop. */
  async function pass(ms: number): Promise<void> {
    for (const part of [Math.min(ms, 350), Math.max(0, ms - 350)]) {
      await clock.tickAsync(part);
      await turn();
      await turn();
    }
  }
});

describe('the watch over the beats, when the guard itself stands still', () => {
  it('begins anew instead of judging', async () => {
    const silences: Silence[] = [];
    const watch = new BeatWatch(NOBODY, (silence) => silences.push(silence));
    blockEventLoop(900);
    await new Promise((resolve) => setTimeout(resolve, 450));
    assert.deepEqual(silences, []);
    watch.end();
  });
});

describe('a silent process', () => {
  const CASES = [
    ['waits for a core', 'R', 10, true],
    ['runs in an endless loop', 'R', 350, false],
    ['has just its half of the time', 'R', 175, false],
    ['waits for the disk', 'D', 0, true],
    ['is stopped', 'T', 0, false],
    ['is held by a debugger', 't', 0, false],
    ['sleeps while its beat is due', 'S', 0, false],
  ] as const;
  for (const [given, state, ranMs, starved] of CASES) {
    it(`that ${given} ${starved ? 'gets more time' : 'hangs'}`, () => {
      const before = { state: 'S', ranMs: 1_000 };
      assert.equal(isStarved(before, { state, ranMs: 1_000 + ranMs }, 350), starved);
    });
  }

  it('of which the kernel tells nothing hangs', () => {
    assert.equal(isStarved(undefined, { state: 'R', ranMs: 0 }, 350), false);
    assert.equal(readPulse(NOBODY), undefined);
  });

  it('is told apart by what the kernel says of it', () => {
    const before = readPulse(process.pid);
    blockEventLoop(50);
    const after = readPulse(process.pid);
    assert.equal(after?.state, 'R');
    assert.ok(before !== undefined && after.ranMs > before.ranMs);
  });
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
