// Real programs for tests: started in the foreground, ended by their own pid.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { waitUntil } from './wait.js';

const LOG_LENGTH_MAX = 20_000;
const STOP_DEADLINE_MS = 3_000;

export interface Program {
  readonly pid: number;
  readonly exited: Promise<void>;
  hasExited(): boolean;
  signal(name: 'SIGKILL' | 'SIGCONT' | 'SIGTERM'): void;
  /** SIGSTOP; resolves when every thread stands still. */
  freeze(): Promise<void>;
  /** The end of what it wrote. */
  log(): string;
  /** Kills it, stopped or not, and waits until it is gone. */
  stop(): Promise<void>;
}

/** The kernel kills it as well when this process dies before it could clean up. */
export function startProgram(command: string, args: readonly string[]): Program {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) {
    throw new Error(`cannot start ${command}: is setpriv (util-linux) installed?`);
  }
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_LENGTH_MAX);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    pid,
    exited,
    hasExited: () => child.exitCode !== null || child.signalCode !== null,
    signal: (name) => child.kill(name),
    freeze: async () => {
      child.kill('SIGSTOP');
      await waitUntil(`${command} stands still`, () => standsStill(pid));
    },
    log: () => log,
    stop: async () => {
      child.kill('SIGKILL');
      const late = new Promise<void>((_resolve, reject) => {
        const fail = (): void => reject(new Error(`${command} outlived SIGKILL`));
        setTimeout(fail, STOP_DEADLINE_MS).unref();
      });
      await Promise.race([exited, late]);
    },
  };
}

function standsStill(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).every((task) =>
    // The state follows the name, which is in parentheses and may hold anything.
    /\) T [^)]*$/.test(readFileSync(`${tasks}/${task}/stat`, 'utf8')),
  );
}
