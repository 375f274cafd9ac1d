// What the kernel says of a silent process: does it hang, or does nobody let it run?

import { readFileSync } from 'node:fs';

/** State letter of proc(5), and the time that the main thread has run. */
export interface Pulse {
  readonly state: string;
  readonly ranMs: number;
}

const NANOSECONDS_PER_MS = 1_000_000;

/** A thread that ran for less than this share of the time while it wanted to was kept from it. */
const OWN_SHARE_MIN = 0.5;

/** Undefined when the kernel does not tell. */
export function readPulse(pid: number): Pulse | undefined {
  try {
    // The state follows the name, which is in parentheses and may hold anything.
    const state = /\) (\S)[^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    const ranNs = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]);
    return state === undefined || Number.isNaN(ranNs)
      ? undefined
      : { state, ranMs: ranNs / NANOSECONDS_PER_MS };
  } catch {
    return undefined;
  }
}

/**
 * True for a process that would run if it could: it waits for a core (runnable, and yet it hardly
 * ran) or for the disk. A stopped one, one in an endless loop and one that sleeps while its beat is
 * due are not kept from anything.
 */
export function isStarved(
  before: Pulse | undefined,
  after: Pulse | undefined,
  elapsedMs: number,
): boolean {
  if (before === undefined || after === undefined) {
    return false;
  }
  switch (after.state) {
    case 'R':
      return after.ranMs - before.ranMs < OWN_SHARE_MIN * elapsedMs;
    case 'D':
      return true;
    default:
      return false;
  }
}
