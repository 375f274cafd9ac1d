import { Argument, InvalidArgumentError, Option, type Command } from 'commander';

import {
  CALLS_MAX,
  DrillError,
  listScenarios,
  runDrill,
  RUNS_MAX,
  type RelayKind,
  type StoreKind,
} from '../../drill/index.js';
import { CommandError, EXIT, type ExitCode } from '../exit.js';
import { countUpTo, durationArgument, jsonOption } from '../options.js';

const RELAY_KINDS: readonly RelayKind[] = ['rtpengine', 'holdline'];
const RUNS_DEFAULT = 1;
const CALLS_DEFAULT = 20;

interface DrillCommandOptions {
  readonly relay: RelayKind;
  readonly bgp: 'bird' | 'gobgp';
  readonly store: StoreKind;
  readonly runs: number;
  readonly calls: number;
  readonly for?: number;
  readonly json?: boolean;
  readonly activeSwitchover?: boolean;
  readonly bare?: boolean;
}

export function registerDrill(program: Command): void {
  const names = listScenarios().map(({ name }) => name);
  program
    .command('drill')
    .description(
      'rehearse a failure on real programs in a private lab, and measure it on the calls',
    )
    .addArgument(
      new Argument('[scenario]', 'what happens').choices([...names, 'all']).default('all'),
    )
    .addOption(
      new Option('--relay <kind>', 'the relays: rtpengine or holdline (`holdline relay`)')
        .argParser(relayKind)
        .default('rtpengine'),
    )
    .addOption(
      new Option('--bgp <daemon>', 'BGP daemon').choices(['bird', 'gobgp']).default('bird'),
    )
    .addOption(
      new Option('--store <server>', 'what keeps the calls')
        .choices(['redis', 'valkey'])
        .default('redis'),
    )
    .option('--runs <n>', 'how often each scenario is run', countUpTo(RUNS_MAX), RUNS_DEFAULT)
    .option('--calls <n>', 'calls with media both ways', countUpTo(CALLS_MAX), CALLS_DEFAULT)
    .option('--active-switchover', 'run rtpengine with its option of that name')
    .option('--bare', 'sidecars without canary call, comparison by Call-ID and repair')
    .option('--for <duration>', 'how long relay-flap goes on (30s)', durationArgument)
    .addOption(jsonOption())
    .addHelpText('after', explanation())
    .action((scenario: string, options: DrillCommandOptions) => drill(scenario, options));
}

function explanation(): string {
  const scenarios = listScenarios().map(({ name, summary }) => `  ${name}\n      ${summary}`);
  return `
Scenarios (each in turn with \`all\`):
${scenarios.join('\n')}

The lab needs no root: it lives in namespaces of its own and ends with this command.
With --json: one object a run on stdout, the steps on stderr.

Examples:
  holdline drill relay-crash --bgp gobgp --runs 20
  holdline drill relay-flap --for 10m
  holdline drill relay-crash --relay holdline
  holdline drill all --json

Exit codes: 0 every run passed, 1 a run did not, 2 usage, 3 a program is missing.`;
}

async function drill(scenario: string, options: DrillCommandOptions): Promise<void> {
  const { bgp, relay, store, runs, calls, json = false } = options;
  const { activeSwitchover = false, bare = false } = options;
  const lasts = options.for === undefined ? {} : { lastsMs: options.for };
  try {
    process.exitCode = await runDrill({
      ...{ scenario, bgp, relay, store, runs, calls, json, activeSwitchover, bare },
      ...lasts,
    });
  } catch (error) {
    if (error instanceof DrillError) {
      throw new CommandError(exitCodeOf(error), error.message, { cause: error });
    }
    throw error;
  }
}

function exitCodeOf({ code }: DrillError): ExitCode {
  if (code === 'unknown-scenario') {
    return EXIT.usage;
  }
  return code === 'missing-program' || code === 'no-namespaces' ? EXIT.unreachable : EXIT.no;
}

/** A list names relay-a's and relay-b's; a pair of two kinds is refused with the reason. */
function relayKind(value: string): RelayKind {
  const kinds = value.split(',');
  const [kind, other = kind] = kinds;
  const known = RELAY_KINDS.find((each) => each === kind);
  if (known === undefined || !RELAY_KINDS.some((each) => each === other) || kinds.length > 2) {
    throw new InvalidArgumentError(`Expected one of ${RELAY_KINDS.join(', ')}.`);
  }
  if (kind !== other) {
    throw new InvalidArgumentError(
      'Both relays of a pair must be of one kind: rtpengine and holdline keep their calls in Redis ' +
        "in forms of their own, so that neither could carry on the other's.",
    );
  }
  return known;
}
