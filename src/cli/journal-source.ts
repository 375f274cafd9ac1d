// Where a command finds the journal that it reads.

import { loadConfig } from '../config/load.js';
import { JournalError, type JournalReader } from '../ports/journal.js';
import { CommandError, EXIT } from './exit.js';

export interface JournalOptions {
  readonly config: string;
  readonly journal?: string;
}

/** The journal that was named, or the one that the configuration names. */
export function journalPathOf({ config, journal }: JournalOptions): string {
  const path = journal ?? loadConfig(config).journal?.path;
  if (path === undefined) {
    throw new CommandError(EXIT.usage, `${config} says journal: false; name one with --journal`);
  }
  return path;
}

/** What cannot be read ends the command with a sentence. */
export async function reading<T>(read: (reader: JournalReader) => Promise<T>): Promise<T> {
  const { journalReader } = await import('./compose.js');
  try {
    return await read(journalReader);
  } catch (error) {
    if (error instanceof JournalError) {
      throw new CommandError(EXIT.usage, error.message, { cause: error });
    }
    throw error;
  }
}
