import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

import { createFileJournal } from '../../../src/adapters/journal/file-journal.js';
import { journalReader } from '../../../src/adapters/journal/journal-reader.js';
import { temporaryDirectory, within } from '../../support/temporary-directory.js';
import { batchOf, kindsOf } from './batches.js';

describe('the journal in files', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let path: string;
  const troubles: string[] = [];
  const options = (): Parameters<typeof createFileJournal>[0] => ({
    path,
    fileBytesMax: 20_000,
    filesMax: 3,
    onTrouble: (sentence) => troubles.push(sentence),
  });

  beforeEach(() => {
    directory = temporaryDirectory();
    path = within(directory, 'deep/journal.jsonl');
    troubles.length = 0;
  });
  afterEach(() => directory.remove());

  it('begins with an opening and reads back what was written', async () => {
    const journal = createFileJournal(options());
    journal.write(batchOf(1));
    journal.write(batchOf(2));
    await journal.close();
    assert.deepEqual(await kindsOf(journalReader.readFile(path)), ['opening start', '1', '2']);
    assert.deepEqual(troubles, []);
  });

  it('goes on in the same file after a restart, with an opening between', async () => {
    for (const number of [1, 2]) {
      const journal = createFileJournal(options());
      journal.write(batchOf(number));
      await journal.close();
    }
    assert.deepEqual(await kindsOf(journalReader.readFile(path)), [
      'opening start',
      '1',
      'opening start',
      '2',
    ]);
  });

  it('keeps to its size and number of files, each of which can be read alone', async () => {
    const journal = createFileJournal(options());
    for (let number = 0; number < 2_000; number += 1) {
      journal.write(batchOf(number));
      if (number % 100 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    await journal.close();
    const names = ['journal.jsonl', 'journal.jsonl.1', 'journal.jsonl.2'];
    assert.deepEqual(readdirSync(within(directory, 'deep')).sort(), names);
    for (const name of names) {
      const file = within(directory, `deep/${name}`);
      assert.ok(readFileSync(file).length <= 20_000);
      assert.equal((await kindsOf(journalReader.readFile(file)))[0], 'opening rotated');
    }
    const numbers = (await kindsOf(journalReader.readAll(path)))
      .map(Number)
      .filter(Number.isFinite);
    const first = numbers[0]!;
    assert.deepEqual(
      numbers,
      Array.from({ length: 2_000 - first }, (_, index) => first + index),
    );
  });

  it('marks what does not follow from the batch before', async () => {
    const journal = createFileJournal(options());
    journal.write(batchOf(1));
    journal.write({ ...batchOf(2), gap: true });
    await journal.close();
    assert.deepEqual(await kindsOf(journalReader.readFile(path)), [
      'opening start',
      '1',
      'opening lost',
      '2',
    ]);
  });

  it('turns away what a slow disk has no room for, counts it, and says so once', async () => {
    const journal = createFileJournal({ ...options(), fileBytesMax: 10_000_000 });
    for (let number = 0; number < 9_000; number += 1) {
      journal.write(batchOf(number));
    }
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]!, /is not written: the disk is too slow/);
    while ((await sizeOf(path)) < 400_000) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    journal.write(batchOf(9_000));
    await journal.close();
    const kinds = await kindsOf(journalReader.readFile(path));
    const [opening, lost, last] = kinds.slice(-3);
    assert.deepEqual([opening, last], ['opening lost', '9000']);
    assert.match(lost!, /^lost \d+$/);
    const kept = kinds.map(Number).filter(Number.isFinite).length;
    assert.equal(kept + Number(lost!.split(' ')[1]), 9_001);
    assert.match(troubles[1]!, /is written again; \d+ records were lost/);
  });

  it('says once that a directory cannot be had, and writes when it can', async () => {
    const blocked = within(directory, 'deep');
    writeFileSync(blocked, 'a file where a directory should be');
    const journal = createFileJournal(options());
    journal.write(batchOf(1));
    journal.write(batchOf(2));
    await journal.close();
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]!, /journal\.jsonl is not written: E/);
    assert.equal(existsSync(path), false);
  });

  it('never runs a line that a crash cut short into the next', async () => {
    const before = createFileJournal(options());
    before.write(batchOf(1));
    await before.close();
    appendFileSync(path, '{"kind":"event","event":{"kind":"ti');
    const after = createFileJournal(options());
    after.write(batchOf(2));
    await after.close();
    assert.deepEqual(await kindsOf(journalReader.readFile(path)), [
      'opening start',
      '1',
      'opening start',
      '2',
    ]);
  });
});

async function sizeOf(path: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return existsSync(path) ? readFileSync(path).length : 0;
}
