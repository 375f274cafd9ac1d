import assert from 'node:assert/strict';

import { runScenario } from './run.js';
import { drawScenario } from './scenario.js';

/** Seeds of a commit's check; `npm run sim -- --seeds 1000` runs as many as one likes. */
const SEEDS = 150;

describe('the simulator', () => {
  it(`finds every promise kept in seeds 0 to ${SEEDS - 1}`, async function () {
    this.timeout(180_000);
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const { violations } = await runScenario(drawScenario(seed));
      assert.deepEqual(violations, [], `to see it: npm run sim -- --seed ${seed}`);
    }
  });

  it('tells the same story of a seed every time', async () => {
    for (const seed of [3, 24, 49]) {
      const once = await runScenario(drawScenario(seed));
      const again = await runScenario(drawScenario(seed));
      assert.deepEqual(again.story, once.story);
      assert.ok(once.story.length > 20);
    }
  });

  it('gives the timers back', async () => {
    const real = globalThis.setTimeout;
    await runScenario(drawScenario(0));
    assert.equal(globalThis.setTimeout, real);
  });
});
