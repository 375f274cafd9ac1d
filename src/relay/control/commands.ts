// What each ng command does. Replies have the shape of rtpengine's, so that proxies and the sidecar's
// probes need not know which relay they talk to.

import type { NgDict, NgValue } from '../../ng/bencode.js';
import type { CallBook } from '../call/call-book.js';
import { sideOf } from '../call/parties.js';
import type { Signalling, SignallingRequest } from '../call/signalling.js';
import { RelayError } from '../errors.js';
import type { Commands } from './answering.js';
import { describeCall } from './describe-call.js';
import { readFlags } from './flags.js';

export interface CommandParts {
  readonly book: CallBook;
  readonly signalling: Signalling;
  readonly statistics: () => NgDict;
}

/** rtpengine's. */
const LIST_LIMIT_DEFAULT = 32;

/** Commands of rtpengine's that this relay has no means for. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  'start recording': 'recording',
  'stop recording': 'recording',
  'pause recording': 'recording',
  'start forwarding': 'recording',
  'stop forwarding': 'recording',
  'play media': 'playing media',
  'stop media': 'playing media',
  'play DTMF': 'playing media',
  'block DTMF': 'looking into media',
  'unblock DTMF': 'looking into media',
  'block media': 'blocking of media',
  'unblock media': 'blocking of media',
  'silence media': 'blocking of media',
  'unsilence media': 'blocking of media',
  publish: 'publish and subscribe',
  'subscribe request': 'publish and subscribe',
  'subscribe answer': 'publish and subscribe',
  unsubscribe: 'publish and subscribe',
};

export function createCommands(parts: CommandParts): Commands {
  const handlers: Readonly<Record<string, (command: NgDict) => NgDict>> = {
    ping: () => ({ result: 'pong' }),
    offer: (command) => signal(command, (request) => parts.signalling.offer(request)),
    answer: (command) => {
      requireText(command, 'to-tag');
      return signal(command, (request) => parts.signalling.answer(request));
    },
    delete: (command) => end(parts.book, command),
    query: (command) => query(parts.book, command),
    list: (command) => list(parts.book, command),
    statistics: () => ({ statistics: parts.statistics(), result: 'ok' }),
  };
  return (name, command) => {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handler !== undefined) {
      return handler(command);
    }
    const missing = Object.hasOwn(UNSUPPORTED, name) ? UNSUPPORTED[name] : undefined;
    throw missing === undefined
      ? new RelayError('malformed', 'Unrecognized command')
      : new RelayError('unsupported', `${missing} is not supported (${name})`);
  };
}

function signal(command: NgDict, negotiate: (request: SignallingRequest) => string): NgDict {
  const sdp = command['sdp'];
  if (typeof sdp !== 'string' || sdp === '') {
    throw new RelayError('malformed', 'No SDP body in message');
  }
  const callId = requireText(command, 'call-id');
  const from = requireText(command, 'from-tag');
  const flags = readFlags(command);
  const to = textOf(command['to-tag']);
  const written = negotiate({ callId, tags: { from, to }, sdp, flags });
  const ignored = flags.ignored.join(', ');
  return {
    sdp: written,
    ...(ignored === '' ? {} : { warning: `Ignored: ${ignored}` }),
    result: 'ok',
  };
}

/** As with rtpengine an unknown call is no error: deleting twice is what retransmissions do. */
function end(book: CallBook, command: NgDict): NgDict {
  const call = book.find(requireText(command, 'call-id'));
  const tags = [command['from-tag'], command['to-tag']].map(textOf);
  const given = tags.filter((tag) => tag !== undefined);
  const matches = given.length === 0 || given.some((tag) => isTagOf(call?.record, tag));
  if (call === undefined || !matches) {
    return { warning: "Call-ID not found or tags didn't match", result: 'ok' };
  }
  const description = describeCall(call);
  book.end(call, 'regular');
  return { ...description, result: 'ok' };
}

function isTagOf(record: Parameters<typeof sideOf>[0] | undefined, tag: string): boolean {
  return record !== undefined && sideOf(record, tag) !== undefined;
}

function query(book: CallBook, command: NgDict): NgDict {
  const call = book.find(requireText(command, 'call-id'));
  if (call === undefined) {
    throw new RelayError('unknown-call', 'Unknown call-id');
  }
  return { ...describeCall(call), result: 'ok' };
}

function list(book: CallBook, command: NgDict): NgDict {
  const asked = Number(command['limit'] ?? LIST_LIMIT_DEFAULT);
  const limit = Number.isInteger(asked) && asked > 0 ? asked : LIST_LIMIT_DEFAULT;
  const calls: string[] = [];
  for (const { record } of book.all()) {
    if (calls.length >= limit) {
      break;
    }
    calls.push(record.callId);
  }
  return { calls, result: 'ok' };
}

function requireText(command: NgDict, key: string): string {
  const text = textOf(command[key]);
  if (text === undefined) {
    throw new RelayError('malformed', `No ${key} in message`);
  }
  return text;
}

function textOf(value: NgValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
