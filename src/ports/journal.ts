// The journal: what was seen and decided, line by line, so that an engineer can ask next morning
// why calls were moved, and run the same hours again. The shapes below are the lines of the file.

import type { Change, Effect, Event, State } from '../domain/machine.js';
import type { Policy, Remedy } from '../domain/policy.js';

/** Raised when an older reader would misunderstand what is written. */
export const JOURNAL_FORMAT = 1;

/**
 * Why a stretch begins here: the process started, the file before it was full, or records between
 * were lost.
 */
export type OpeningCause = 'start' | 'rotated' | 'lost';

/** The first line of a stretch: all that a replay needs to go on from here. */
export interface Opening {
  readonly kind: 'opening';
  readonly format: typeof JOURNAL_FORMAT;
  readonly because: OpeningCause;
  /** ISO 8601, UTC: the time of the state. */
  readonly at: string;
  readonly version: string;
  readonly node: string;
  readonly policy: Policy;
  readonly state: State;
}

/** What was given to the core, and what the core asked for in return. */
export interface EventRecord {
  readonly kind: 'event';
  readonly event: RecordedEvent;
  /** Left out when there are none. */
  readonly effects?: readonly Effect[];
  /** As many readings of the same kind and outcome came before this one and made no difference. */
  readonly skipped?: number;
}

/** The neighbours are read back every few seconds and mostly sent what they were sent before. */
export type RecordedEvent = Event | UnchangedAdvertisements;

export interface UnchangedAdvertisements {
  readonly kind: 'advertised';
  readonly atMs: number;
  readonly number: number;
  readonly advertisements: 'unchanged';
}

/** A decision whose fate is known: the stages it went through and what was seen of it. */
export interface DecisionRecord {
  readonly kind: 'decision';
  readonly decision: ClosedDecision;
}

export interface ClosedDecision {
  readonly id: number;
  readonly changes: readonly Change[];
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly stages: {
    readonly observedAtMs: number;
    readonly detectedAtMs: number;
    readonly decidedAtMs: number;
    readonly commandedAtMs: number | null;
    readonly verifiedAtMs: number | null;
  };
  readonly outcome?: 'verified' | 'superseded' | 'unverified' | undefined;
  readonly detail?: string | undefined;
  /** What was begun beyond the withdraw because the daemon did not carry it out. */
  readonly remedies?: readonly Remedy[];
  readonly evidence: object;
}

/** How many records before this stretch could not be kept. */
export interface LostRecord {
  readonly kind: 'lost';
  readonly records: number;
}

export type JournalRecord = Opening | EventRecord | DecisionRecord | LostRecord;

/** Records that belong together: all of them are kept or none. */
export interface JournalBatch {
  readonly records: readonly (EventRecord | DecisionRecord)[];
  /** The line to write first when these records begin a stretch: the state before them. */
  readonly opening: (because: OpeningCause) => Opening;
  /** They do not follow from the batch before. */
  readonly gap: boolean;
  /** A decision is among them: on the disk as soon as the disk can. */
  readonly urgent: boolean;
}

export interface Journal {
  /** Takes a batch. Never blocks and never throws; what cannot be kept is counted. */
  write(batch: JournalBatch): void;
  /** Writes what has been taken and lets go of the file, or gives up after a limit of its own. */
  close(): Promise<void>;
}

/** A record with the place it stands at, for messages. */
export interface PlacedRecord {
  readonly record: JournalRecord;
  readonly file: string;
  readonly line: number;
}

/** Reads what a journal wrote, in the order of time. */
export interface JournalReader {
  /** The records of one file. Rejects with JournalError. */
  readFile(path: string): AsyncIterable<PlacedRecord>;
  /** The records of the file and of those that were put aside before it. */
  readAll(path: string): AsyncIterable<PlacedRecord>;
}

export type JournalErrorCode =
  | 'journal-unreadable'
  | 'line-too-long'
  | 'line-not-json'
  | 'record-unknown'
  | 'format-unknown'
  | 'opening-missing';

/** A journal that cannot be read on. The message names the file and the line. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;

  constructor(code: JournalErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
