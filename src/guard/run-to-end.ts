import { spawn } from 'node:child_process';

/** Runs a program to its end, at the latest `limitMs`; resolves with its exit code, or with words. */
export function runToEnd(
  command: readonly string[],
  limitMs: number,
  signal: AbortSignal,
): Promise<number | string> {
  const [file = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    const timer = setTimeout(kill, limitMs);
    signal.addEventListener('abort', kill, { once: true });
    const finish = (how: number | string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      resolve(how);
    };
    child.once('exit', (code, killedBy) => finish(killedBy ?? code ?? 'no exit code'));
    child.once('error', (error) => finish(error.message));
  });
}
