// Recordings of real pings, as files: times in milliseconds, to a hundredth.

import { readFileSync } from 'node:fs';

import type { Trace } from './trace.js';

export const CONDITIONS = ['quiet', 'calls', 'saturated', 'stops', 'own-stops'] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface Recording {
  readonly condition: Condition;
  /** How it was made, as a sentence. */
  readonly made: string;
  readonly lengthMs: number;
  /** Sent at, answered after; -1 when the answer never came. */
  readonly pings: readonly (readonly [number, number])[];
  /** From and to of every time in which the recording process itself stood still. */
  readonly stalls: readonly (readonly [number, number])[];
}

/** Recordings are part of the repository: `npm run detectors:record` makes them anew. */
export function recordingPath(condition: Condition): string {
  return `test/detectors/recordings/${condition}.json`;
}

export function readRecording(condition: Condition): Trace {
  const text = readFileSync(recordingPath(condition), 'utf8');
  const { lengthMs, pings, stalls } = JSON.parse(text) as Recording;
  return {
    name: `recorded: ${condition}`,
    lengthMs,
    pings: pings.map(([sentAtMs, delayMs]) => ({
      sentAtMs,
      delayMs: delayMs < 0 ? Infinity : delayMs,
    })),
    stalls: stalls.map(([fromMs, toMs]) => ({ fromMs, toMs })),
  };
}
