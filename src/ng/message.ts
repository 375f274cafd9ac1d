// One ng message, request and reply alike: a cookie, a space, a bencoded dictionary.

import { decodeBencode, encodeBencode, type NgDict, type NgValue } from './bencode.js';
import { standsAt } from './bytes.js';
import { NgError } from './errors.js';

const SPACE = 0x20;
const COOKIE_LENGTH_MAX = 255;
/** The answer to a ping is shorter, and the same every time. */
const REPEATED_BYTES_MAX = 64;

/** The bencode of dictionaries that are frozen; what they hold is taken to be frozen, too. */
const bencodeOf = new WeakMap<NgDict, Buffer>();

/** The dictionary as it stands behind a cookie. */
export function writeDict(dict: NgDict): Buffer {
  const known = bencodeOf.get(dict);
  if (known !== undefined) {
    return known;
  }
  const bytes = Buffer.from(encodeBencode(dict), 'utf8');
  if (Object.isFrozen(dict)) {
    bencodeOf.set(dict, bytes);
  }
  return bytes;
}

/** The cookie alone, or undefined when there is none: tells whose message it is, however broken. */
export function readCookie(datagram: Buffer): string | undefined {
  const space = datagram.subarray(0, COOKIE_LENGTH_MAX + 1).indexOf(SPACE);
  return space > 0 ? datagram.toString('latin1', 0, space) : undefined;
}

/** The dictionary that begins at `at`, or `only` these keys of it. Throws NgError `malformed`. */
export function readDict(datagram: Buffer, at: number, only?: ReadonlySet<string>): NgDict {
  const value = decodeBencode(datagram.subarray(at), only);
  if (!isDict(value)) {
    throw new NgError('malformed', `an ng message holds a dictionary, got ${typeof value}`);
  }
  return value;
}

/** Reads dictionaries, most of which say the same as the last short one. */
export class DictReader {
  #last: { readonly bytes: Uint8Array; readonly dict: NgDict } | undefined;

  /** As `readDict`; the same bytes may be given the same, frozen dictionary again. */
  read(datagram: Buffer, at: number): NgDict {
    const length = datagram.length - at;
    if (this.#last?.bytes.length === length && standsAt(datagram, at, this.#last.bytes)) {
      return this.#last.dict;
    }
    const dict = Object.freeze(readDict(datagram, at));
    if (length <= REPEATED_BYTES_MAX) {
      this.#last = { bytes: datagram.subarray(at), dict };
    }
    return dict;
  }
}

/** Narrows a value that a relay sent. */
export function isDict(value: NgValue | undefined): value is NgDict {
  return typeof value === 'object' && !Array.isArray(value);
}
