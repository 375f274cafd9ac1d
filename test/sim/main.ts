// `npm run sim -- --seeds 1000` runs many seeds; `npm run sim -- --seed 7` tells one as a story.

import { parseArgs } from 'node:util';

import { runScenario, shrink, type Outcome } from './run.js';
import { describeFault, drawScenario } from './scenario.js';

const FAILURES_MAX = 5;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
  },
});

if (values.seed === undefined) {
  await runMany(Number(values.from), Number(values.seeds));
} else {
  await tellOne(Number(values.seed));
}

async function runMany(from: number, count: number): Promise<void> {
  const startedMs = performance.now();
  const tally = { clean: 0, failed: 0, faults: 0, virtualMs: 0, cramped: 0, muted: 0 };
  for (let seed = from; seed < from + count && tally.failed < FAILURES_MAX; seed += 1) {
    const outcome = await runScenario(drawScenario(seed));
    tally.faults += outcome.scenario.faults.length;
    tally.virtualMs += outcome.virtualMs;
    tally.cramped += outcome.exceptions.cramped;
    tally.muted += outcome.exceptions.muted;
    if (outcome.violations.length === 0) {
      tally.clean += 1;
    } else {
      tally.failed += 1;
      await describeFailure(outcome);
    }
  }
  const tookS = (performance.now() - startedMs) / 1_000;
  print(
    `seeds ${from} to ${from + tally.clean + tally.failed - 1}: ${tally.clean} clean, ${tally.failed} failed; ` +
      `${tally.faults} faults in ${(tally.virtualMs / 3_600_000).toFixed(1)} h of virtual time, ` +
      `${tookS.toFixed(1)} s of real time; ${tally.cramped} changes without room that are excused, ` +
      `${tally.muted} of them muted a path`,
  );
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

async function describeFailure(outcome: Outcome): Promise<void> {
  const { seed } = outcome.scenario;
  const smaller = await shrink(outcome);
  print(`seed ${seed} (${outcome.scenario.profile.name}) failed:`);
  for (const { claim, atMs, detail } of smaller.violations.slice(0, 3)) {
    print(`  at ${Math.round(atMs)} ms ${claim}: ${detail}`);
  }
  print(`  needed of ${outcome.scenario.faults.length} faults:`);
  for (const fault of smaller.scenario.faults) {
    print(`    ${describeFault(fault)}`);
  }
  print(`  tell it: npm run sim -- --seed ${seed}`);
}

/** The story of a seed; of a failing one, that of its smallest form. */
async function tellOne(seed: number): Promise<void> {
  const outcome = await runScenario(drawScenario(seed));
  const told = outcome.violations.length === 0 ? outcome : await shrink(outcome);
  print(`seed ${seed}: ${JSON.stringify(told.scenario.profile)}`);
  told.story.forEach(print);
  print(told.violations.length === 0 ? 'clean' : `${told.violations.length} broken`);
  process.exitCode = told.violations.length === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
