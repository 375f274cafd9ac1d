// The drill's inner half, first process of its PID namespace: builds the lab and runs the scenarios.

import { Socket } from 'node:net';

import { clockDriftMs } from './clock.js';
import { LIFELINE_FD } from './enclosure.js';
import { Lab } from './lab/lab.js';
import { setUpCalls } from './lab/readiness.js';
import type { DrillOptions } from './options.js';
import { Live } from './report/live.js';
import type { RunResult } from './report/result.js';
import { table } from './report/table.js';
import { timeline } from './report/timeline.js';
import { runOnce } from './run.js';
import { scenariosFor } from './scenarios/all.js';
import type { Scenario } from './scenarios/scenario.js';
import type { RunContext } from './watch.js';

const PASSED = 0;
const FAILED = 1;
const DRIFT_MS_MAX = 2;

interface Given {
  readonly options: DrillOptions;
  readonly logDirectory: string;
}

async function drill({ options, logDirectory }: Given, live: Live): Promise<number> {
  const { signal } = new AbortController();
  live.step(
    `building the lab: caller, router, store, relay-a, relay-b with ${options.relay}, ${options.bgp} and ${options.store}`,
  );
  const { bgp: driver, relay, store, calls, lastsMs } = options;
  const { activeSwitchover = false, bare = false } = options;
  const given = { driver, relay, store, calls, logDirectory, lastsMs, activeSwitchover, bare };
  const lab = await Lab.build(given, signal);
  await setUpCalls(lab, signal);
  live.step(`${options.calls} calls are set up, and the probe`);
  const results: RunResult[] = [];
  try {
    for (const scenario of scenariosFor(options.scenario)) {
      live.step(`${scenario.name}: ${scenario.summary}`);
      await runMany(scenario, { options, context: { lab, live, signal }, results });
    }
  } finally {
    live.text(table(results));
  }
  return results.every(({ passed }) => passed) ? PASSED : FAILED;
}

interface Series {
  readonly options: DrillOptions;
  readonly context: RunContext;
  /** Grows with every run, so that what was done is shown even if the lab breaks. */
  readonly results: RunResult[];
}

async function runMany(scenario: Scenario, { options, context, results }: Series): Promise<void> {
  const { live } = context;
  for (let run = 1; run <= options.runs; run += 1) {
    live.step(`${scenario.name}, run ${run} of ${options.runs}`);
    const result = await runOnce(scenario, run, context);
    results.push(result);
    live.step(result.passed ? `passed: ${result.why}` : `FAILED: ${result.why}`);
    if (options.json) {
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
    warnOfDrift(live);
    if (run === options.runs) {
      live.text(timeline(result, scenario));
    }
  }
}

function warnOfDrift(live: Live): void {
  const driftMs = clockDriftMs();
  if (Math.abs(driftMs) > DRIFT_MS_MAX) {
    const moved = `the machine's clock has moved by ${driftMs.toFixed(0)} ms since the start`;
    live.step(`${moved}: router changed and first packet are off by as much`);
  }
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
