// Runs in a mount namespace of its own, with a tiny file system at the path it is given: fills it,
// goes on writing, makes room, and tells what became of it.

import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { createFileJournal } from '../../../src/adapters/journal/file-journal.js';
import { journalReader } from '../../../src/adapters/journal/journal-reader.js';
import { batchOf, kindsOf } from './batches.js';

const BATCHES_MAX = 5_000;

const directory = process.argv[2] ?? '';
const path = join(directory, 'journal.jsonl');
const ballast = join(directory, 'ballast');
const troubles: string[] = [];

const { bsize, bavail } = statfsSync(directory);
writeFileSync(ballast, Buffer.alloc((bsize * bavail) / 2));
const journal = createFileJournal({
  path,
  fileBytesMax: 1_048_576,
  filesMax: 2,
  onTrouble: (sentence) => troubles.push(sentence),
});

let written = 0;
async function write(count: number): Promise<void> {
  for (const end = written + count; written < end;) {
    journal.write(batchOf(written));
    written += 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

while (troubles.length === 0 && written < BATCHES_MAX) {
  await write(50);
}
await write(50);
const kindsWhileFull = await kindsOf(journalReader.readFile(path));
rmSync(ballast);
await write(50);
await journal.close();
const kinds = await kindsOf(journalReader.readFile(path));
process.stdout.write(JSON.stringify({ written, troubles, kindsWhileFull, kinds }));
