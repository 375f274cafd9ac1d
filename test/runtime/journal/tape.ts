// Journals for tests: the one of a drill, and others as if they had been read from a file.

import { journalReader } from '../../../src/adapters/journal/journal-reader.js';
import type { JournalRecord, PlacedRecord } from '../../../src/ports/journal.js';

/** rtpengine on relay-a was killed in the lab, with BIRD; recorded by a real `holdline run`. */
export const DRILL = 'test/runtime/journal/relay-crash.jsonl';

export function drill(): AsyncIterable<PlacedRecord> {
  return journalReader.readFile(DRILL);
}

export async function collect(records: AsyncIterable<PlacedRecord>): Promise<JournalRecord[]> {
  const collected: JournalRecord[] = [];
  for await (const { record } of records) {
    collected.push(record);
  }
  return collected;
}

export async function* play(records: readonly JournalRecord[]): AsyncGenerator<PlacedRecord> {
  for (const [index, record] of records.entries()) {
    await Promise.resolve();
    yield { record, file: 'tape', line: index + 1 };
  }
}
