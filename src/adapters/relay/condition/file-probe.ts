// A file whose being there asks for this host to be demoted: the hook for any script that knows
// something of the relay that no probe sees. Its first line says why.

import { open, stat } from 'node:fs/promises';

import { tickEvery } from '../../../async/tick.js';
import type { RelayConditionObservation } from '../../../domain/evidence.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';
import { codeOf, detailOf, detailOfError } from '../../detail.js';

const INTERVAL_MS = 500;
const LINE_BYTES_MAX = 512;

export interface FileProbeOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Told once for each new cause when nobody can say whether the file is there. */
  readonly onTrouble: (detail: string) => void;
}

export function createFileProbe({ path, clock, onTrouble }: FileProbeOptions): RelayProbe {
  return {
    name: `the file ${path}`,
    async watch(listener: (seen: RelayConditionObservation) => void, signal: AbortSignal) {
      let told: string | undefined;
      let trouble = '';
      const look = async (): Promise<void> => {
        try {
          const why = await readWhy(path);
          trouble = '';
          const key = why ?? 'absent';
          if (key !== told && !signal.aborted) {
            told = key;
            listener(observe(path, why, clock));
          }
        } catch (error) {
          const detail = `${path}: ${detailOfError(error)}`;
          if (detail !== trouble && !signal.aborted) {
            trouble = detail;
            onTrouble(detail);
          }
        }
      };
      await oneAtATime(look, signal);
    },
  };
}

/** A look at a file system that hangs stays the only one. */
async function oneAtATime(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
  let looking = false;
  const tick = (): void => {
    if (!looking) {
      looking = true;
      void look().finally(() => (looking = false));
    }
  };
  await tickEvery(INTERVAL_MS, tick, signal);
}

function observe(path: string, why: string | undefined, clock: Clock): RelayConditionObservation {
  const holds = why !== undefined;
  const detail = holds ? `${path} is there: ${why}` : `${path} is not there`;
  return { kind: 'relay-condition', atMs: clock.nowMs(), condition: 'asked', holds, detail };
}

/** Undefined when the file is not there; rejects when that cannot be told. */
async function readWhy(path: string): Promise<string | undefined> {
  try {
    await stat(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw error;
  }
  return firstLine(path).catch((error: unknown) => `it does not say why (${detailOfError(error)})`);
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LINE_BYTES_MAX), 0, LINE_BYTES_MAX);
    const [line = ''] = buffer.toString('utf8', 0, bytesRead).split('\n');
    const words = detailOf(line).trim();
    return words === '' ? 'it does not say why' : words;
  } finally {
    await file.close();
  }
}
