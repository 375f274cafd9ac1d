// Batches of one record each, told apart by the time of a tick.

import { initialState } from '../../../src/domain/machine.js';
import {
  JOURNAL_FORMAT,
  type JournalBatch,
  type Opening,
  type PlacedRecord,
} from '../../../src/ports/journal.js';
import { POLICY, UNDRAINED } from '../../domain/story.js';

export function openingOf(because: Opening['because'], atMs = 0): Opening {
  return {
    kind: 'opening',
    format: JOURNAL_FORMAT,
    because,
    at: new Date(atMs).toISOString(),
    version: '0.0.0',
    node: 'relay-a',
    policy: POLICY,
    state: initialState(POLICY, UNDRAINED, atMs),
  };
}

export function batchOf(number: number): JournalBatch {
  return {
    records: [{ kind: 'event', event: { kind: 'tick', atMs: number } }],
    opening: (because) => openingOf(because, number),
    gap: false,
    urgent: number % 100 === 0,
  };
}

/** Each record in a word or two. */
export async function kindsOf(records: AsyncIterable<PlacedRecord>): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const { record } of records) {
    switch (record.kind) {
      case 'opening':
        kinds.push(`opening ${record.because}`);
        break;
      case 'event':
        kinds.push(String(record.event.atMs));
        break;
      case 'lost':
        kinds.push(`lost ${record.records}`);
        break;
      case 'decision':
        kinds.push(`decision ${record.decision.id}`);
        break;
    }
  }
  return kinds;
}
