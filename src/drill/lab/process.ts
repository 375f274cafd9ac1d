import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { closeSync, openSync } from 'node:fs';

import { DeadlineError, withDeadline } from '../../async/deadline.js';

import { PROGRAM_ENVIRONMENT } from './environment.js';

/** How long a program may take to end after SIGTERM before it is killed. */
const STOP_DEADLINE_MS = 2_000;

export interface ProcessOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** Output goes straight to this file: reading a pipe would cost the drill time while it measures. */
  readonly logPath: string;
  readonly stdin?: 'ignore' | 'pipe';
  readonly stdout?: 'log' | 'pipe';
}

/** A program that runs in the lab until it is stopped or killed by a scenario. */
export class LabProcess {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  /** Resolves with how the program ended. */
  readonly ended: Promise<string>;
  readonly #subprocess: ChildProcess;
  #running = true;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.logPath = options.logPath;
    this.#subprocess = start(options);
    this.pid = this.#subprocess.pid ?? 0;
    this.ended = new Promise((resolve) => {
      this.#subprocess.once('error', (error) => resolve(error.message));
      this.#subprocess.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    void this.ended.then(() => (this.#running = false));
  }

  get running(): boolean {
    return this.#running;
  }

  get stdin(): Writable | null {
    return this.#subprocess.stdin;
  }

  get stdout(): Readable | null {
    return this.#subprocess.stdout;
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Ends the program, politely first. */
  async stop(how: NodeJS.Signals, signal: AbortSignal): Promise<void> {
    if (!this.#running) {
      return;
    }
    this.kill(how);
    try {
      await withDeadline(STOP_DEADLINE_MS, signal, () => this.ended);
    } catch (error) {
      if (!(error instanceof DeadlineError)) {
        throw error;
      }
      this.kill('SIGKILL');
      await this.ended;
    }
  }
}

/**
 * Not execa here: it leads output through this process, and the files that it can open itself are
 * copied by streams, while a plain descriptor costs the drill nothing at all.
 */
function start(options: ProcessOptions): ChildProcess {
  const [file, ...args] = options.command;
  const log = openSync(options.logPath, 'a');
  try {
    return spawn(file ?? '', args, {
      stdio: [options.stdin ?? 'ignore', options.stdout === 'pipe' ? 'pipe' : log, log],
      env: { ...process.env, ...PROGRAM_ENVIRONMENT },
    });
  } finally {
    closeSync(log);
  }
}
