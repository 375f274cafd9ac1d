// Reads a journal line by line, however large. What a crash has cut short is passed over where it
// can only be that: at the end of the file, or right before the next process began.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { JournalError, type JournalReader, type PlacedRecord } from '../../ports/journal.js';
import { asideName } from './journal-file.js';
import { parseRecord } from './parse-record.js';

/** The state of a host with 64 VIPs of 16 prefixes each takes a tenth of it. */
export const LINE_LENGTH_MAX = 4_194_304;

/** As many files as a configuration may ask for. */
const FILES_MAX = 100;

export const journalReader: JournalReader = { readFile, readAll };

async function* readAll(path: string): AsyncGenerator<PlacedRecord> {
  for (const each of await filesOf(path)) {
    yield* readFile(each);
  }
}

/** Oldest first. The file that is written may not be there while it is being put aside. */
async function filesOf(path: string): Promise<readonly string[]> {
  const names = Array.from({ length: FILES_MAX }, (_, number) => asideName(path, number));
  const there = await Promise.all(names.map(async (name) => ((await exists(name)) ? [name] : [])));
  const files = there.flat().reverse();
  return files.length === 0 ? [path] : files;
}

async function* readFile(path: string): AsyncGenerator<PlacedRecord> {
  let cut: JournalError | undefined;
  let opened = false;
  let line = 0;
  for await (const text of linesOf(path)) {
    line += 1;
    const parsed = parseRecord(text, `${path}:${line}`);
    if (parsed instanceof JournalError) {
      if (cut !== undefined) {
        throw cut;
      }
      cut = parsed;
      continue;
    }
    const isOpening = parsed.kind === 'opening';
    if (cut !== undefined && !isOpening) {
      throw cut;
    }
    if (!opened && !isOpening) {
      throw new JournalError('opening-missing', `${path}:1: expected an opening record`);
    }
    cut = undefined;
    opened = true;
    yield { record: parsed, file: path, line };
  }
  if (!opened) {
    throw cut ?? new JournalError('opening-missing', `${path}: the journal is empty`);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let partial = '';
  let number = 1;
  const stream = createReadStream(path, { encoding: 'utf8' });
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const parts = (partial + chunk).split('\n');
      partial = parts.pop() ?? '';
      for (const part of [...parts, partial]) {
        refuseLong(part, `${path}:${number}`);
        number += 1;
      }
      number -= 1;
      yield* parts;
    }
  } catch (error) {
    throw error instanceof JournalError ? error : unreadable(error);
  }
  if (partial !== '') {
    yield partial;
  }
}

function refuseLong(text: string, place: string): void {
  if (text.length > LINE_LENGTH_MAX) {
    const message = `${place}: expected at most ${LINE_LENGTH_MAX} characters in a line, got more`;
    throw new JournalError('line-too-long', message);
  }
}

function unreadable(cause: unknown): JournalError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new JournalError('journal-unreadable', `the journal cannot be read: ${said}`, { cause });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
