// The drill's inner half, first process of its PID namespace: builds the lab and runs the scenarios.

import { Socket } from 'node:net';

import { LIFELINE_FD } from './enclosure.js';
import { Lab } from './lab/lab.js';
import { setUpCalls } from './lab/readiness.js';
import type { DrillOptions } from './options.js';
import { Live } from './report/live.js';
import type { RunResult } from './report/result.js';
import { table } from './report/table.js';
import { timeline } from './report/timeline.js';
import { runOnce, type RunContext } from './run.js';
import { scenariosFor } from './scenarios/all.js';
import type { Scenario } from './scenarios/scenario.js';

const PASSED = 0;
const FAILED = 1;

interface Given {
  readonly options: DrillOptions;
  readonly logDirectory: string;
}

async function drill({ options, logDirectory }: Given, live: Live): Promise<number> {
  const { signal } = new AbortController();
  live.step(`building the lab: caller, router, store, relay-a, relay-b with ${options.bgp}`);
  const lab = await Lab.build({ driver: options.bgp, calls: options.calls, logDirectory }, signal);
  const calls = await setUpCalls(lab, signal);
  live.step(`${calls} calls are set up, one of them the probe`);
  const results: RunResult[] = [];
  for (const scenario of scenariosFor(options.scenario)) {
    live.step(`${scenario.name}: ${scenario.summary}`);
    const ofScenario = await runMany(scenario, options, { lab, live, signal });
    results.push(...ofScenario);
    const last = ofScenario.at(-1);
    if (last !== undefined) {
      live.text(timeline(last, scenario.deed));
    }
  }
  live.text(table(results));
  return results.every(({ passed }) => passed) ? PASSED : FAILED;
}

async function runMany(
  scenario: Scenario,
  options: DrillOptions,
  context: RunContext,
): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    context.live.step(`${scenario.name}, run ${run} of ${options.runs}`);
    const result = await runOnce(scenario, run, context);
    results.push(result);
    context.live.step(result.passed ? `passed: ${result.why}` : `FAILED: ${result.why}`);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
  }
  return results;
}

/** Once the outer half is gone, nobody waits for this one. */
function endWithOuterHalf(): void {
  const lifeline = new Socket({ fd: LIFELINE_FD });
  lifeline.on('close', () => process.exit(FAILED));
  lifeline.resume();
}

endWithOuterHalf();
const given = JSON.parse(process.argv[2] ?? '') as Given;
const live = new Live(given.options.json ? process.stderr : process.stdout);
try {
  process.exit(await drill(given, live));
} catch (error) {
  process.stderr.write(`the drill cannot go on: ${String(error)}\n`);
  process.exit(FAILED);
}
