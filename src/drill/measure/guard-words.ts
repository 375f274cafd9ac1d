// The guard's own account: when it found its worker dead or hung, and when the next one watched.

import { readFile } from 'node:fs/promises';

import { poll } from '../poll.js';

const WORDS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 20;

export interface GuardWords {
  readonly foundAtMs: number;
  readonly backAtMs: number;
}

/** Waits until the guard has said both, after `sinceMs`. */
export function heardFromGuard(
  logPath: string,
  sinceMs: number,
  signal: AbortSignal,
): Promise<GuardWords> {
  return poll(
    {
      what: 'the guard to start a worker again',
      deadlineMs: WORDS_WITHIN_MS,
      everyMs: LOOK_EVERY_MS,
      signal,
    },
    async () => readGuardWords(await readFile(logPath, 'utf8'), sinceMs),
  );
}

export function readGuardWords(log: string, sinceMs: number): GuardWords | undefined {
  const foundAtMs = firstTime(log, ['worker-hung', 'worker-died'], sinceMs);
  const backAtMs = foundAtMs && firstTime(log, ['worker-watching'], foundAtMs);
  return foundAtMs === undefined || backAtMs === undefined ? undefined : { foundAtMs, backAtMs };
}

function firstTime(log: string, events: readonly string[], fromMs: number): number | undefined {
  return log
    .split('\n')
    .filter((line) => events.some((event) => line.includes(`"event":"${event}"`)))
    .map((line) => Number(/"time":(\d+)/.exec(line)?.[1]))
    .find((atMs) => atMs >= fromMs);
}
