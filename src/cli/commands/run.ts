import { fileURLToPath } from 'node:url';

import { Option, type Command } from 'commander';

import { EXIT } from '../exit.js';
import { configOption } from '../options.js';

// What a worker needs is loaded by the worker only: the guard stays small.

const EXAMPLES = `
Examples:
  holdline run -c /etc/holdline/holdline.yaml

Runs in the foreground and writes JSON lines to standard output. A small guard owns the worker and
starts it again when it dies or hangs. SIGTERM says goodbye as \`on-stop\` asks (default hold: what is
announced stays) and ends; a second one ends at once.

Exit codes: 0 stopped by a signal, 1 the goodbye was cut off, 2 usage or configuration, 3 the control
socket is taken.`;

interface RunOptions {
  readonly config: string;
  readonly guard: boolean;
  readonly systemd?: true;
  /** How many workers there were before this one. */
  readonly worker?: string;
  readonly withdrawAndExit?: true;
}

/**
 * For a process that makes little garbage: a small young generation (the default keeps 16 MB more),
 * collected without waking four threads for a millisecond of work, and one thread to compile.
 */
const SMALL_HEAP = ['--max-semi-space-size=2', '--no-parallel-scavenge', '--v8-pool-size=1'];

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run the sidecar')
    .addOption(configOption())
    .option('--no-guard', 'one process that nobody starts again, for looking into a fault')
    .option('--systemd', 'tell systemd when the relay is watched, and feed its watchdog')
    .addOption(new Option('--worker <restarts>').hideHelp())
    .addOption(new Option('--withdraw-and-exit').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  const { config, guard, worker, withdrawAndExit } = options;
  if (withdrawAndExit === true) {
    const { runWithdrawal } = await import('../worker.js');
    process.exitCode = await runWithdrawal(config);
  } else if (worker !== undefined || !guard) {
    const { runWorker } = await import('../worker.js');
    await runWorker(config, Number(worker ?? 0));
  } else {
    process.exitCode = await runGuard(options);
  }
}

async function runGuard({ config, systemd }: RunOptions): Promise<number> {
  const [{ Guard }, { GuardLog }, { endAtSecondSignal }, { ServiceManager }] = await Promise.all([
    import('../../guard/guard.js'),
    import('../../guard/guard-log.js'),
    import('../../guard/signals.js'),
    import('../../guard/service-manager.js'),
  ]);
  const self = [process.execPath, ...SMALL_HEAP, ...process.execArgv, MAIN, 'run', '-c', config];
  const log = new GuardLog();
  const serviceManager = systemd === true ? new ServiceManager(log) : undefined;
  const guard = new Guard({
    workerCommand: (restarts) => [...self, '--worker', String(restarts)],
    withdrawCommand: [...self, '--withdraw-and-exit'],
    // A file that was good once may be good again; a socket that another sidecar holds is its own.
    isFinal: (code, restarts) =>
      code === EXIT.unreachable || (code === EXIT.usage && restarts === 0),
    explainCode: (code) => EXPLAINED[code],
    onWatching: () => serviceManager?.watching(),
    log,
  });
  endAtSecondSignal(guard);
  const code = await guard.run();
  serviceManager?.end();
  await log.flush();
  return code;
}

const EXPLAINED: Readonly<Record<number, string>> = {
  [EXIT.no]: 'not confirmed',
  [EXIT.usage]: 'the configuration is broken',
  [EXIT.unreachable]: 'another sidecar holds the control socket',
  [EXIT.fault]: 'a fault of Holdline itself',
};
