// One ng request: a cookie, a space, a dictionary in bencode or JSON. The reply goes back in the
// language that the request came in.

import { decodeBencode, encodeBencode, type NgDict, type NgValue } from '../../ng/bencode.js';
import { isDict, readCookie } from '../../ng/message.js';
import { RelayError } from '../errors.js';

export type Language = 'bencode' | 'json';

const BRACE = 0x7b;
/** As deep as bencode may be (src/ng/bencode.ts). */
const DEPTH_MAX = 32;
export const REQUEST_BYTES_MAX = 65_536;

/** The cookie, or undefined for bytes that nobody can answer. */
export { readCookie };

export function languageOf(request: Buffer, cookie: string): Language {
  return request[cookie.length + 1] === BRACE ? 'json' : 'bencode';
}

/** Throws RelayError `malformed`. */
export function readRequest(request: Buffer, cookie: string): NgDict {
  const body = request.subarray(cookie.length + 1);
  const json = languageOf(request, cookie) === 'json';
  const value = json ? readJson(body) : readBencode(body);
  if (!isDict(value)) {
    throw new RelayError('malformed', 'Could not decode dictionary: expected one, got none');
  }
  return value;
}

export function writeReply(cookie: string, reply: NgDict, language: Language): Buffer {
  const body = language === 'json' ? JSON.stringify(reply) : encodeBencode(reply);
  return Buffer.from(`${cookie} ${body}`, 'utf8');
}

function readBencode(body: Buffer): NgValue {
  try {
    return decodeBencode(body);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const reason = `Could not decode bencode dictionary: ${detail}`;
    throw new RelayError('malformed', reason, { cause: error });
  }
}

function readJson(body: Buffer): NgValue | undefined {
  try {
    return ngValueOf(JSON.parse(body.toString('utf8')), 0);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const reason = `Could not decode JSON dictionary: ${detail.slice(0, 100)}`;
    throw new RelayError('malformed', reason, { cause: error });
  }
}

/** JSON has more kinds of values than ng: truth becomes a word, and nothing is left out. */
function ngValueOf(value: unknown, depth: number): NgValue | undefined {
  if (depth > DEPTH_MAX) {
    throw new RangeError(`nested deeper than ${DEPTH_MAX}`);
  }
  if (typeof value === 'string' || typeof value === 'number') {
    return value;
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  if (Array.isArray(value)) {
    return value.flatMap((each: unknown) => ngValueOf(each, depth + 1) ?? []);
  }
  return typeof value === 'object' && value !== null ? ngDictOf(value, depth) : undefined;
}

function ngDictOf(value: object, depth: number): NgDict {
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const inner = ngValueOf(each, depth + 1);
    return inner === undefined ? [] : [[key, inner] as const];
  });
  return Object.fromEntries(entries);
}
