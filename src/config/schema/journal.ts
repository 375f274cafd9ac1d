// The `journal` section: where the record of what was seen and decided is written.

import { dirname, join } from 'node:path';

import type { JournalConfig } from '../config.js';
import {
  mapped,
  mapping,
  mappingOr,
  optional,
  withDefault,
  type Reader,
} from '../../yaml/readers.js';
import { absolutePath, integer, size } from '../../yaml/scalars.js';

const FILE_BOUNDS = { minBytes: 1_048_576, maxBytes: 1_073_741_824 };
const FILE_BYTES_DEFAULT = 16_777_216;
const FILES_MIN = 2;
const FILES_MAX = 100;
const FILES_DEFAULT = 4;

export interface JournalSection {
  readonly path: string | undefined;
  readonly 'max-size': number;
  readonly files: number;
}

const section: Reader<JournalSection> = mapping({
  path: optional(absolutePath),
  'max-size': withDefault(size(FILE_BOUNDS), FILE_BYTES_DEFAULT),
  files: withDefault(integer(FILES_MIN, FILES_MAX), FILES_DEFAULT),
});

const off: Reader<undefined> = (place) =>
  place.isFalse()
    ? undefined
    : place.refuse({ expected: 'a mapping with the keys path, max-size, files, or false' });

/** Undefined for `false`: no journal. */
export const journal: Reader<JournalSection | undefined> = mapped(
  mappingOr(section, off),
  (read) => read,
);

/** A journal that names no place of its own lies beside the record of the orders. */
export function placeJournal(
  read: JournalSection | undefined,
  statePath: string,
): JournalConfig | undefined {
  return (
    read && {
      path: read.path ?? join(dirname(statePath), 'journal.jsonl'),
      fileBytesMax: read['max-size'],
      filesMax: read.files,
    }
  );
}
