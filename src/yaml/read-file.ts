import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { LENGTH_MAX } from './document.js';
import { ConfigError } from './problem.js';

/** The text of a configuration file; throws ConfigError when there is none to be had. */
export function readConfigFile(path: string): string {
  try {
    return readAtMost(path, LENGTH_MAX);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const problem = { line: 1, path: [], expected: 'a readable file', got };
    throw new ConfigError('config-unreadable', path, [problem]);
  }
}

/** Judges the size of what was opened, so that the file cannot grow between look and read. */
export function readAtMost(path: string, bytesMax: number): string {
  const file = openSync(path, 'r');
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) {
      throw new Error(`${path} is not a regular file`);
    }
    if (stats.size > bytesMax) {
      throw new Error(`${stats.size} bytes, more than the ${bytesMax} allowed`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
