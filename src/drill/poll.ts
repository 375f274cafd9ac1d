import { sleep } from '../async/sleep.js';

import { DrillError } from './errors.js';

export interface PollOptions {
  /** What is waited for, as the end of "waited 5000 ms for ...". */
  readonly what: string;
  readonly deadlineMs: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** What was seen instead, for the message when time is up. */
  readonly seen?: () => string;
}

/** Looks again and again until `look` finds something, within a deadline. */
export async function poll<T>(
  options: PollOptions,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const endMs = performance.now() + options.deadlineMs;
  for (;;) {
    options.signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    if (performance.now() >= endMs) {
      const seen = options.seen === undefined ? '' : `; seen: ${options.seen()}`;
      throw new DrillError(
        'not-in-time',
        `waited ${options.deadlineMs} ms for ${options.what}${seen}`,
      );
    }
    await sleep(options.everyMs, options.signal);
  }
}
