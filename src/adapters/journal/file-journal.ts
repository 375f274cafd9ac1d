// The journal in files of a limited size: the one that is written, and `.1`, `.2` … which were put
// aside before, the oldest with the highest number. Every file can be read on its own, and so can
// what follows a loss: each begins with an opening.
//
// A full or broken disk must never reach the decisions. Writing goes on beside them, one batch at
// a time; what waits has a limit; what cannot be kept is counted, and the count is written down
// when writing works again.

import { withDeadline } from '../../async/deadline.js';
import type { Journal, JournalBatch, JournalRecord, OpeningCause } from '../../ports/journal.js';
import { JournalFile, putAside } from './journal-file.js';

export interface FileJournalOptions {
  readonly path: string;
  readonly fileBytesMax: number;
  readonly filesMax: number;
  /** Hears once that records are being lost, and once that they are kept again. */
  readonly onTrouble: (sentence: string) => void;
}

/** Records that wait for a slow disk; beyond it they are lost, never time. */
const WAITING_RECORDS_MAX = 8_192;

/** A disk that hangs must not keep the process from ending. */
const CLOSE_MS_MAX = 1_000;

export function createFileJournal(options: FileJournalOptions): Journal {
  return new FileJournal(options);
}

/** A batch in its turn, and how many records were lost before it because there was no room. */
interface Waiting {
  readonly batch: JournalBatch;
  readonly lostBefore: number;
}

class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly #waiting: Waiting[] = [];
  #waitingRecords = 0;
  /** Lost for want of room since the last batch that found some. */
  #turnedAway = 0;
  /** Lost since the last batch that was written. */
  #lost = 0;
  #troubled = false;
  #file: JournalFile | undefined;
  /** Why the next batch begins a stretch, when it does. */
  #cause: OpeningCause | undefined = 'start';
  #work: Promise<void> | undefined;
  #closed = false;

  constructor(options: FileJournalOptions) {
    this.#options = options;
  }

  write(batch: JournalBatch): void {
    const { length } = batch.records;
    if (this.#closed || this.#waitingRecords + length > WAITING_RECORDS_MAX) {
      this.#turnedAway += length;
      this.#complain('the disk is too slow');
      return;
    }
    this.#waiting.push({ batch, lostBefore: this.#turnedAway });
    this.#waitingRecords += length;
    this.#turnedAway = 0;
    this.#pump();
  }

  async close(): Promise<void> {
    this.#closed = true;
    try {
      await withDeadline(CLOSE_MS_MAX, new AbortController().signal, async () => {
        await this.#work;
        await this.#file?.close();
      });
    } catch (error) {
      this.#complain(sayFault(error));
    }
  }

  #pump(): void {
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = undefined;
      if (this.#waiting.length > 0) {
        this.#pump();
      }
    });
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { batch, lostBefore } = next;
      this.#waitingRecords -= batch.records.length;
      this.#lost += lostBefore;
      try {
        await this.#keep(batch, lostBefore > 0 || batch.gap ? 'lost' : undefined);
        this.#recover();
      } catch (error) {
        this.#lost += batch.records.length;
        this.#cause ??= 'lost';
        this.#complain(sayFault(error));
      }
    }
  }

  async #keep(batch: JournalBatch, gap: 'lost' | undefined): Promise<void> {
    const { path, fileBytesMax } = this.#options;
    this.#file ??= await JournalFile.open(path);
    let text = this.#textOf(batch, this.#cause ?? gap);
    if (this.#file.isFullFor(text, fileBytesMax)) {
      this.#file = await this.#beginAnew(this.#file);
      text = this.#textOf(batch, this.#cause ?? gap ?? 'rotated');
    }
    try {
      await this.#file.append(text, batch.urgent);
    } catch (error) {
      await this.#leave(this.#file);
      throw error;
    }
    this.#cause = undefined;
  }

  async #beginAnew(full: JournalFile): Promise<JournalFile> {
    const { path, filesMax } = this.#options;
    await this.#leave(full);
    await putAside(path, filesMax);
    return JournalFile.open(path);
  }

  /** After a failure nothing is known of the file either; it is opened anew for the next batch. */
  async #leave(file: JournalFile): Promise<void> {
    this.#file = undefined;
    await file.close().catch(() => undefined);
  }

  #textOf(batch: JournalBatch, because: OpeningCause | undefined): string {
    const opening: JournalRecord[] = because === undefined ? [] : [batch.opening(because)];
    const lost: JournalRecord[] = this.#lost > 0 ? [{ kind: 'lost', records: this.#lost }] : [];
    return [...opening, ...lost, ...batch.records]
      .map((record) => `${JSON.stringify(record)}\n`)
      .join('');
  }

  #complain(because: string): void {
    if (!this.#troubled) {
      this.#troubled = true;
      this.#options.onTrouble(`the journal ${this.#options.path} is not written: ${because}`);
    }
  }

  #recover(): void {
    if (this.#troubled && this.#turnedAway === 0) {
      const { path, onTrouble } = this.#options;
      this.#troubled = false;
      onTrouble(`the journal ${path} is written again; ${this.#lost} records were lost`);
    }
    this.#lost = 0;
  }
}

function sayFault(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
