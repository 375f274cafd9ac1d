// `list sessions all` as rtpengine's command line port answers it. Over ng a listing of thousands of
// calls has no room in a datagram, and does not say whose they are; a sidecar needs both.

import type { Call } from '../call/call.js';
import type { CallBook } from '../call/call-book.js';

const COMMAND = /^list sessions (all|own|foreign)\r?$/;
/** So many at a time, since media waits meanwhile. */
const CALLS_PER_TURN = 500;
const MS_PER_SECOND = 1_000;

export type Listing = AsyncGenerator<string, void>;
/** The answer to a line, in pieces; undefined for a line that is no command. */
export type CommandLine = (line: string) => Listing | undefined;

export function createCommandLine(book: CallBook, ownDatabase: number): CommandLine {
  return (line) => {
    const which = COMMAND.exec(line)?.[1];
    return which === undefined ? undefined : list(book, which, ownDatabase);
  };
}

async function* list(book: CallBook, which: string, ownDatabase: number): Listing {
  let lines: string[] = [];
  let empty = true;
  for (const call of book.all()) {
    if (which === 'all' || call.holder.kind === which) {
      lines.push(say(call, ownDatabase));
      empty = false;
    }
    if (lines.length >= CALLS_PER_TURN) {
      yield lines.join('');
      lines = [];
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  yield empty
    ? `No ${which === 'all' ? '' : `${which} `}sessions on this media relay.\n`
    : lines.join('');
}

function say({ record, holder }: Call, ownDatabase: number): string {
  const foreign = holder.kind === 'foreign';
  const database = foreign ? holder.database : ownDatabase;
  const created = Math.floor(record.createdAtMs / MS_PER_SECOND);
  const start = `callid: ${record.callId} | deletionmark: no | created: ${created}`;
  return `${start} | redis_keyspace:${database} | foreign:${foreign ? 'yes' : 'no'}\n`;
}
