// Options that several commands share, so that they read the same everywhere.

import { userInfo } from 'node:os';

import { InvalidArgumentError, Option } from 'commander';

import { DURATION_SHAPE, parseDuration } from '../yaml/duration.js';

export const CONFIG_FILE = '/etc/holdline/holdline.yaml';

export const configOption = (): Option =>
  new Option('-c, --config <file>', 'configuration file').default(CONFIG_FILE);

export const jsonOption = (): Option => new Option('--json', 'print JSON');

export const socketOption = (): Option =>
  new Option('--socket <path>', 'control socket, instead of the one in the configuration');

export const byOption = (): Option =>
  new Option('--by <name>', 'who gives the order').default(userName(), 'your user name');

export const whyOption = (): Option =>
  new Option('--why <text>', 'the reason; it is logged and shown').makeOptionMandatory();

/** `2h` in milliseconds. */
export function durationArgument(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined || ms === 0) {
    throw new InvalidArgumentError(`Expected ${DURATION_SHAPE}.`);
  }
  return ms;
}

export function countUpTo(most: number): (value: string) => number {
  return (value) => {
    const count = Number(value);
    if (!Number.isInteger(count) || count < 1 || count > most) {
      throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`);
    }
    return count;
  };
}

/** A user id without an entry in the user database has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
