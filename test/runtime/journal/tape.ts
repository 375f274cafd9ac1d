// Journals for tests, as if they had been read from a file.

import type { JournalRecord, PlacedRecord } from '../../../src/ports/journal.js';
import { heldRoutes, HOME, POLICY, ROUTER, STANDBY } from '../../domain/story.js';
import { installClock } from '../../support/clock.js';
import { RecordedRun } from './recorded-run.js';

/** When the story of the crash begins, on the machine's clock. */
const START_MS = Date.parse('2026-11-22T13:00:00Z');

/**
 * The lines of a journal: a pair starts at 13:00 with nothing announced, rises after its settling
 * time, and at 13:01 the relay is killed.
 */
export async function crashLines(): Promise<readonly string[]> {
  const clock = installClock();
  try {
    clock.setSystemTime(START_MS);
    const run = new RecordedRun(POLICY, clock, { startMs: START_MS });
    const routes = heldRoutes([HOME, STANDBY], ['withdrawn', 'withdrawn']);
    run.confirm(
      run.tell({ kind: 'speaker', daemon: 'up', atMs: START_MS, held: routes, sessions: [ROUTER] }),
    );
    run.tell({ kind: 'relay-connection', atMs: START_MS, state: 'open' });
    for (let atMs = START_MS + 50; atMs < START_MS + 60_000; atMs += 50) {
      look(run, atMs);
    }
    const diedAtMs = START_MS + 60_010;
    const detail = 'closed by the relay';
    run.tell({ kind: 'relay-connection', atMs: diedAtMs, state: 'ended', detail });
    run.confirm(run.tell({ kind: 'relay-connection', atMs: diedAtMs + 0.625, state: 'refused' }));
    await run.end();
    return run.journal.lines;
  } finally {
    clock.restore();
  }
}

/** What the probes of a well pair say every 50 ms. */
export function look(run: RecordedRun, atMs: number): void {
  run.confirm(run.tell({ kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: 0.2 }));
  if (atMs % 100 === 0) {
    lookAtRedis(run, atMs);
  }
  if (atMs % 1_000 === 0) {
    run.confirm(run.tell({ kind: 'relay-sessions', atMs, own: 1, foreign: 2, total: 3 }));
  }
}

export function lookAtRedis(run: RecordedRun, atMs: number): void {
  const primary = { kind: 'redis-primary', outcome: 'answered', role: 'primary' } as const;
  const replica = { kind: 'redis-replica', outcome: 'answered', link: 'up' } as const;
  run.confirm(run.tell({ ...primary, atMs, offsetBytes: 9 }));
  run.confirm(run.tell({ ...replica, atMs, offsetBytes: 9, databaseSizes: { 1: 1, 2: 2 } }));
}

export function recordsOf(lines: readonly string[]): readonly JournalRecord[] {
  return lines.map((line) => JSON.parse(line) as JournalRecord);
}

export async function* play(records: readonly JournalRecord[]): AsyncGenerator<PlacedRecord> {
  for (const [index, record] of records.entries()) {
    await Promise.resolve();
    yield { record, file: 'tape', line: index + 1 };
  }
}
