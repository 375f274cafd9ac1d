// A person's orders on disk, so that a drain outlives the sidecar and the host.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import {
  NOTHING_ORDERED,
  type FreezeOrder,
  type OperatorState,
  type Order,
} from '../../domain/evidence.js';
import type { OperatorRecord } from '../../ports/operator-record.js';

/** The file exists and does not say what the operator ordered. */
export class OperatorFileError extends Error {
  override readonly name = 'OperatorFileError';
}

const LENGTH_MAX = 65_536;

/** Keeps the orders in one JSON file, which is replaced as a whole: half a file is never read. */
export function createOperatorFile(path: string): OperatorRecord {
  let saving: Promise<void> = Promise.resolve();
  return {
    load: () => load(path),
    save: (state) => {
      saving = saving.catch(() => undefined).then(() => save(path, state));
      return saving;
    },
  };
}

async function load(path: string): Promise<OperatorState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return NOTHING_ORDERED;
    }
    throw error;
  }
  return parse(path, text);
}

async function save(path: string, state: OperatorState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  await writeFile(fresh, `${JSON.stringify(state)}\n`, { mode: 0o640, flush: true });
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
