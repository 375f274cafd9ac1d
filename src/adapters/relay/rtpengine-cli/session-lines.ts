// Reads the lines of rtpengine's `list sessions all`, as the bytes come.

import { SessionParityError, type HeldSession } from '../../../ports/session-parity.js';

/** 25,000 sessions take 4.2 MB. */
const LISTING_BYTES_MAX = 64 * 1_048_576;
const LINE_LENGTH_MAX = 4_096;

const SESSION =
  /^callid: *(\S+) *\| *deletionmark: *(yes|no) *\|.*\| *redis_keyspace: *(-?\d+) *\| *foreign: *(yes|no)/;
/** What rtpengine says instead when it has no session, or none of the kind. */
const NONE = /^No sessions? /;

export class SessionLines {
  readonly #take: (session: HeldSession) => void;
  #partial = '';
  #bytes = 0;

  constructor(take: (session: HeldSession) => void) {
    this.#take = take;
  }

  /** Throws SessionParityError. */
  push(chunk: string): void {
    this.#bytes += chunk.length;
    if (this.#bytes > LISTING_BYTES_MAX) {
      const limit = `expected at most ${LISTING_BYTES_MAX} bytes, more came`;
      throw new SessionParityError('listing-too-long', `list sessions: ${limit}`);
    }
    const lines = (this.#partial + chunk).split('\n');
    this.#partial = lines.pop() ?? '';
    lines.forEach((line) => this.#read(line));
    if (this.#partial.length > LINE_LENGTH_MAX) {
      throw unreadable(this.#partial);
    }
  }

  /** Every line ends in a line feed: what is left over tells of a relay that died over its answer. */
  end(): void {
    if (this.#partial !== '') {
      throw unreadable(this.#partial);
    }
  }

  #read(line: string): void {
    const found = SESSION.exec(line);
    if (found === null) {
      if (line.trim() !== '' && !NONE.test(line)) {
        throw unreadable(line);
      }
      return;
    }
    const [, callId = '', mark, database, foreign] = found;
    this.#take({
      callId,
      database: Number(database),
      foreign: foreign === 'yes',
      ending: mark === 'yes',
    });
  }
}

function unreadable(line: string): SessionParityError {
  const got = JSON.stringify(line.slice(0, 120));
  const expected = 'expected lines of `callid: ... | redis_keyspace: ... | foreign: ...`';
  return new SessionParityError('listing-unreadable', `list sessions: ${expected}, got ${got}`);
}
