import { InvalidArgumentError, Option, type Command } from 'commander';

import type { Step } from '../../relay/bench/bench.js';
import { RelayError } from '../../relay/errors.js';
import { ConfigError } from '../../yaml/problem.js';
import { CommandError, EXIT } from '../exit.js';
import { countUpTo, jsonOption } from '../options.js';
import { print } from '../output.js';

const CONFIG_FILE = '/etc/holdline/relay.yaml';
const CALLS_DEFAULT = '100,200,300,400,500,600,700,800';
const SECONDS_DEFAULT = 5;
const SECONDS_MAX = 600;
const RUNS_DEFAULT = 1;
const RUNS_MAX = 100;
const MS_PER_SECOND = 1_000;

const EXAMPLES = `
Examples:
  holdline relay -c ./relay.yaml
  holdline relay bench --runs 3

A media relay of its own, to run beside Holdline where there is no rtpengine: docs/relay.md.
It runs until SIGTERM or SIGINT.

Exit codes: 0 told to stop, 2 usage or configuration, 3 a control port cannot be had.`;

const BENCH_EXAMPLES = `
Each step adds calls of 50 packets a second each way, until 0.1 % of them are lost or 1 % of them are
later than 5 ms. The relay has core 0 to itself, the callers have the others. Line "none" is the
callers among themselves: what the measuring costs. docs/performance.md has results.

Examples:
  holdline relay bench --relay holdline --calls 100,200 --seconds 10
  holdline relay bench --runs 3 --json

Exit codes: 0 measured, 2 usage, 3 a relay did not start.`;

interface BenchCommandOptions {
  readonly relay: 'holdline' | 'rtpengine' | 'both';
  readonly calls: readonly number[];
  readonly seconds: number;
  readonly runs: number;
  readonly json?: boolean;
}

export function registerRelay(program: Command): void {
  const relay = program
    .command('relay')
    .description('run a small media relay: audio and video over plain RTP, controlled over ng')
    .option('-c, --config <file>', 'configuration file of the relay', CONFIG_FILE)
    .addHelpText('after', EXAMPLES)
    .action(({ config }: { readonly config: string }) => run(config));
  relay
    .command('bench')
    .description('measure how many calls a relay carries on one core')
    .addOption(
      new Option('--relay <which>', 'what is measured')
        .choices(['holdline', 'rtpengine', 'both'])
        .default('both'),
    )
    .option('--calls <list>', 'the steps', readSteps, readSteps(CALLS_DEFAULT))
    .option('--seconds <n>', 'of each step', countUpTo(SECONDS_MAX), SECONDS_DEFAULT)
    .option('--runs <n>', 'how often', countUpTo(RUNS_MAX), RUNS_DEFAULT)
    .addOption(jsonOption())
    .addHelpText('after', BENCH_EXAMPLES)
    .action((options: BenchCommandOptions) => bench(options));
}

async function run(file: string): Promise<void> {
  const { runRelay } = await import('../../relay/service.js');
  try {
    await runRelay(file);
  } catch (error) {
    if (error instanceof ConfigError) {
      throw new CommandError(EXIT.usage, error.message, { cause: error });
    }
    throw asUnreachable(error);
  }
}

async function bench({ relay, calls, seconds, runs, json }: BenchCommandOptions): Promise<void> {
  const { runBench } = await import('../../relay/bench/bench.js');
  const relays = relay === 'both' ? (['holdline', 'rtpengine'] as const) : [relay];
  const say = (step: Step): void => print(json === true ? JSON.stringify(step) : row(step));
  if (json !== true) {
    print(HEADING);
  }
  try {
    const options = { relays, calls, runs, stepMs: seconds * MS_PER_SECOND };
    await runBench(options, say, new AbortController().signal);
  } catch (error) {
    throw asUnreachable(error);
  }
}

const HEADING =
  'relay      run  calls  packets/s  lost %  p50 ms  p99 ms  worst ms  relay CPU %  callers CPU %  relay MB';

function row(step: Step): string {
  const { p50, p99, max } = step.delayMs;
  return [
    step.relay.padEnd(9),
    String(step.run).padStart(4),
    String(step.calls).padStart(6),
    String(step.packetsPerSecond).padStart(10),
    step.lostPct.toFixed(3).padStart(7),
    ...[p50, p99].map((delay) => delay.toFixed(2).padStart(7)),
    max.toFixed(2).padStart(9),
    step.relayCpuPct.toFixed(0).padStart(12),
    step.callersCpuPct.toFixed(0).padStart(14),
    String(step.relayRssMb).padStart(9),
    step.valid ? (step.good ? '' : ' too much') : ' the callers were too slow',
  ].join(' ');
}

function asUnreachable(error: unknown): unknown {
  return error instanceof RelayError
    ? new CommandError(EXIT.unreachable, error.message, { cause: error })
    : error;
}

function readSteps(list: string): readonly number[] {
  const steps = list.split(',').map(Number);
  if (steps.some((step) => !Number.isInteger(step) || step < 1)) {
    throw new InvalidArgumentError('Expected whole numbers with commas between them.');
  }
  return steps;
}
