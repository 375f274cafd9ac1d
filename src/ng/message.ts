// One ng message, request and reply alike: a cookie, a space, a bencoded dictionary.

import { decodeBencode, encodeBencode, type NgDict, type NgValue } from './bencode.js';
import { NgError } from './errors.js';

export interface NgMessage {
  readonly cookie: string;
  readonly dict: NgDict;
}

const SPACE = 0x20;
const COOKIE_LENGTH_MAX = 255;
/** The answer to a ping is shorter, and the same every time. */
const REPEATED_BYTES_MAX = 64;

/** The bencode of dictionaries that are frozen; what they hold is taken to be frozen, too. */
const bencodeOf = new WeakMap<NgDict, string>();

export function encodeMessage({ cookie, dict }: NgMessage): Buffer {
  const text = bencodeOf.get(dict) ?? encodeBencode(dict);
  if (Object.isFrozen(dict)) {
    bencodeOf.set(dict, text);
  }
  return Buffer.from(`${cookie} ${text}`, 'utf8');
}

/** Throws NgError `malformed`. */
export function decodeMessage(datagram: Buffer): NgMessage {
  const cookie = readCookie(datagram);
  if (cookie === undefined) {
    throw new NgError('malformed', 'an ng message begins with a cookie and a space; this one not');
  }
  return { cookie, dict: readDict(datagram, cookie) };
}

/** The cookie alone, or undefined when there is none: tells whose reply it is, however broken. */
export function readCookie(datagram: Buffer): string | undefined {
  const space = datagram.subarray(0, COOKIE_LENGTH_MAX + 1).indexOf(SPACE);
  return space > 0 ? datagram.toString('latin1', 0, space) : undefined;
}

/** The dictionary behind this cookie, or `only` these keys of it. Throws NgError `malformed`. */
export function readDict(datagram: Buffer, cookie: string, only?: ReadonlySet<string>): NgDict {
  const value = decodeBencode(datagram.subarray(cookie.length + 1), only);
  if (!isDict(value)) {
    throw new NgError('malformed', `an ng message holds a dictionary, got ${typeof value}`);
  }
  return value;
}

/** Reads dictionaries, most of which say the same as the last short one. */
export class DictReader {
  #last: { readonly bytes: Buffer; readonly dict: NgDict } | undefined;

  /** As `readDict`; the same bytes may be given the same, frozen dictionary again. */
  read(datagram: Buffer, cookie: string): NgDict {
    const bytes = datagram.subarray(cookie.length + 1);
    if (this.#last?.bytes.equals(bytes) === true) {
      return this.#last.dict;
    }
    const dict = Object.freeze(readDict(datagram, cookie));
    if (bytes.length <= REPEATED_BYTES_MAX) {
      this.#last = { bytes, dict };
    }
    return dict;
  }
}

/** Narrows a value that a relay sent. */
export function isDict(value: NgValue | undefined): value is NgDict {
  return typeof value === 'object' && !Array.isArray(value);
}
