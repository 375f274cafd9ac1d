// The drill's outer half: it starts the inner one inside private namespaces and waits for it.
// Everything that the lab starts lives in there and dies with the first process of the PID
// namespace, however this one ends.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PROGRAM_ENVIRONMENT } from './lab/environment.js';
import type { DrillOptions } from './options.js';
import { NAMESPACES } from './requirements.js';

const INSIDE = fileURLToPath(new URL('inside.js', import.meta.url));
const INTERRUPTED = 130;
const FAULT = 70;

/** The inner half holds this open and ends when it is closed: that is how it hears of our end. */
export const LIFELINE_FD = 3;

/** Runs the drill in namespaces of its own; resolves with the exit code. */
export async function runEnclosed(options: DrillOptions): Promise<number> {
  const logDirectory = await mkdtemp(join(tmpdir(), 'holdline-drill-'));
  const [file = '', ...args] = NAMESPACES;
  const given = JSON.stringify({ options, logDirectory });
  const inner = spawn(file, [...args, process.execPath, INSIDE, given], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, ...PROGRAM_ENVIRONMENT },
  });
  const exitCode = await waitFor(inner);
  if (exitCode === 0 || exitCode === INTERRUPTED) {
    await rm(logDirectory, { recursive: true, force: true });
  } else {
    process.stderr.write(`the logs of every program in the lab: ${logDirectory}\n`);
  }
  return exitCode;
}

function waitFor(inner: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    let interrupted = false;
    const interrupt = (): void => {
      interrupted = true;
      inner.kill('SIGKILL');
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    const finish = (exitCode: number): void => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      resolve(interrupted ? INTERRUPTED : exitCode);
    };
    inner.once('error', () => finish(FAULT));
    // `unshare` passes on the exit code of the process that it forked. Killed, it ends before that
    // process does; the lifeline closes, and with it this stream, when both have ended.
    inner.once('close', (code) => finish(code ?? FAULT));
  });
}
