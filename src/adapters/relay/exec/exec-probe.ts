import { execa } from 'execa';

import { runPings, type PingOutcome } from '../pings.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';

export interface ExecProbeOptions {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly ping: { readonly intervalMs: number; readonly deadlineMs: number };
  readonly clock: Clock;
}

const STDERR_LENGTH_MAX = 4_096;

/** Exit code 0 is a ping. The command is killed at its deadline, and never runs twice at once. */
export function createExecProbe({ command, ping, clock }: ExecProbeOptions): RelayProbe {
  return {
    name: `exec ${command[0] ?? ''}`,
    watch: (listener, signal) =>
      runPings(
        { ...ping, clock, atOnceMax: 1, ping: (cancelled) => runOnce(command, cancelled) },
        listener,
        signal,
      ),
  };
}

async function runOnce(command: readonly string[], signal: AbortSignal): Promise<PingOutcome> {
  const [program = '', ...args] = command;
  const child = execa(program, args, {
    // A process group of its own, so that what the command has started is killed along with it.
    detached: true,
    stdin: 'ignore',
    stdout: 'ignore',
    buffer: false,
    reject: false,
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_LENGTH_MAX);
  });
  // Something left running in the background may hold on to the pipe: the exit is what counts.
  child.once('exit', () => setImmediate(() => child.stderr.destroy()));
  const kill = (): void => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  const result = await child;
  signal.removeEventListener('abort', kill);
  if (result.exitCode === 0) {
    return { outcome: 'answered' };
  }
  const said = stderr.trim().split('\n').at(-1) ?? '';
  const how = result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`;
  return { outcome: 'missed', detail: [how, said].filter((each) => each !== '').join(': ') };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: the group has ended by itself.
  }
}
