import assert from 'node:assert/strict';

import { MUTANTS, withMutant, type Mutant } from './mutants.js';
import { runScenario } from './run.js';
import { drawScenario } from './scenario.js';

/** The first seed from 0 on that fails with this bug in the core. */
async function firstFailure(mutant: Mutant): Promise<string | undefined> {
  return withMutant(mutant, async (createLoop) => {
    for (let seed = 0; seed < mutant.seedsMax; seed += 1) {
      const [violation] = (await runScenario(drawScenario(seed), createLoop)).violations;
      if (violation !== undefined) {
        return `seed ${seed}: ${violation.claim}`;
      }
    }
    return undefined;
  });
}

describe('the simulator', () => {
  for (const mutant of MUTANTS) {
    it(`finds within ${mutant.seedsMax} seeds that ${mutant.bug}`, async function () {
      this.timeout(120_000);
      const found = await firstFailure(mutant);
      assert.ok(found !== undefined, 'no seed failed');
      this.test!.title += ` (${found})`;
    });
  }
});
