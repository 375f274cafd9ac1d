// A person's orders on disk, so that a drain outlives the sidecar and the host, and beside them what
// the core remembers.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  NOTHING_ORDERED,
  type FreezeOrder,
  type OperatorState,
  type Order,
} from '../../domain/evidence.js';
import { NOTHING_REMEMBERED, type Memory } from '../../domain/memory.js';
import type { Clock } from '../../ports/clock.js';
import type { OperatorRecord } from '../../ports/operator-record.js';
import { parseMemory } from './parse-memory.js';

/** The file exists and does not say what the operator ordered. */
export class OperatorFileError extends Error {
  override readonly name = 'OperatorFileError';
}

const LENGTH_MAX = 65_536;

export interface OperatorFileOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Hears what of the memory could not be used. */
  readonly onTrouble: (sentence: string) => void;
}

/** Keeps both in one JSON file, which is replaced as a whole: half a file is never read. */
export function createOperatorFile(options: OperatorFileOptions): OperatorRecord {
  return new OperatorFile(options);
}

class OperatorFile implements OperatorRecord {
  readonly #options: OperatorFileOptions;
  #operator: OperatorState | undefined;
  #memory: Memory = NOTHING_REMEMBERED;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: OperatorFileOptions) {
    this.#options = options;
  }

  async load(): Promise<OperatorState> {
    const { path } = this.#options;
    const text = await readIfThere(path);
    this.#operator = text === undefined ? NOTHING_ORDERED : parse(path, text);
    return this.#operator;
  }

  async recall(): Promise<Memory> {
    const { path, clock, onTrouble } = this.#options;
    try {
      const text = await readIfThere(path);
      const value = text === undefined ? undefined : parseJson(path, text)['memory'];
      const { memory, complaints } = parseMemory(value, clock.nowMs());
      complaints.forEach((each) => onTrouble(`${path}: ${each}; it is left out`));
      this.#memory = memory;
    } catch (error) {
      onTrouble(`nothing is remembered: ${error instanceof Error ? error.message : String(error)}`);
    }
    return this.#memory;
  }

  save(state: OperatorState): Promise<void> {
    this.#operator = state;
    return this.#write();
  }

  async remember(memory: Memory): Promise<void> {
    // What was ordered stands in the same file, and must not be overwritten by nothing.
    this.#operator ??= await this.load();
    this.#memory = memory;
    await this.#write();
  }

  /** One after the other, each with the latest of both. */
  #write(): Promise<void> {
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(() => replace(this.#options.path, { ...this.#operator, memory: this.#memory }));
    return this.#saving;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function replace(path: string, contents: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  await writeFile(fresh, `${JSON.stringify(contents)}\n`, { mode: 0o640, flush: true });
  await rename(fresh, path);
}

function parse(path: string, text: string): OperatorState {
  const value = parseJson(path, text);
  const releasedAtMs = value['releasedAtMs'];
  if (releasedAtMs !== undefined && typeof releasedAtMs !== 'number') {
    throw unexpected(path, 'releasedAtMs: a number', text);
  }
  const order = 'by, why, atMs, untilMs?';
  const accept = <T extends Order>(
    key: 'drained' | 'frozen' | 'degraded',
    shape: string,
    isShape: (value: unknown) => value is T,
  ): T | undefined => {
    const found = value[key];
    if (found !== undefined && !isShape(found)) {
      throw unexpected(path, `${key}: { ${shape} }`, text);
    }
    return found && { ...found, untilMs: found.untilMs };
  };
  const degraded = accept('degraded', order, isOrder);
  return {
    drained: accept('drained', order, isOrder),
    frozen: accept('frozen', `${order}, evenDead`, isFreezeOrder),
    ...(degraded === undefined ? {} : { degraded }),
    releasedAtMs,
  };
}

function parseJson(path: string, text: string): FileContents {
  if (text.length > LENGTH_MAX) {
    throw unexpected(path, `at most ${LENGTH_MAX} characters`, `${text.length} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected(path, 'JSON', text);
  }
  if (!isRecord(value)) {
    throw unexpected(path, 'an object', text);
  }
  return value;
}

function isFreezeOrder(value: unknown): value is FreezeOrder {
  return isOrder(value) && 'evenDead' in value && typeof value.evenDead === 'boolean';
}

function isOrder(value: unknown): value is Order {
  return (
    isRecord(value) &&
    typeof value['by'] === 'string' &&
    typeof value['why'] === 'string' &&
    typeof value['atMs'] === 'number' &&
    (value['untilMs'] === undefined || typeof value['untilMs'] === 'number')
  );
}

interface FileContents extends Record<string, unknown> {
  readonly drained?: unknown;
  readonly frozen?: unknown;
  readonly degraded?: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unexpected(path: string, expected: string, got: string): OperatorFileError {
  const shown = got.slice(0, 80).replaceAll('\n', ' ');
  return new OperatorFileError(`${path}: expected ${expected}, got ${shown}`);
}
