// Bencode, as the ng protocol speaks it: text is UTF-8, numbers are integers.
//
// Our own because of what comes from the network: the package that exists takes a negative length
// and never returns, shortens a cut string silently and nests until the stack is full.

import { NgError } from './errors.js';

export type NgValue = string | number | readonly NgValue[] | NgDict;

export interface NgDict {
  readonly [key: string]: NgValue;
}

const DEPTH_MAX = 32;
const LENGTH_BYTES_MAX = 1_048_576;
/** As many as an unsigned 64-bit counter has. */
const DIGITS_MAX = 20;

const INTEGER = 0x69;
const LIST = 0x6c;
const DICTIONARY = 0x64;
const END = 0x65;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;

/** Text, to be sent as UTF-8. Throws RangeError for a number that is no safe integer: that is the caller's mistake. */
export function encodeBencode(value: NgValue): string {
  const parts: string[] = [];
  write(value, parts);
  return parts.join('');
}

function write(value: NgValue, parts: string[]): void {
  if (typeof value === 'string') {
    parts.push(`${Buffer.byteLength(value)}:${value}`);
  } else if (typeof value === 'number') {
    parts.push(`i${safeInteger(value)}e`);
  } else if (isList(value)) {
    parts.push('l');
    value.forEach((each) => write(each, parts));
    parts.push('e');
  } else {
    writeDictionary(value, parts);
  }
}

function writeDictionary(dict: NgDict, parts: string[]): void {
  parts.push('d');
  for (const [key, value] of Object.entries(dict)) {
    write(key, parts);
    write(value, parts);
  }
  parts.push('e');
}

function safeInteger(value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`ng knows integers only, got ${value}`);
  }
  return value;
}

/** Array.isArray does not narrow readonly arrays away from the other branch. */
function isList(value: NgValue): value is readonly NgValue[] {
  return Array.isArray(value);
}

/**
 * Reads exactly one value that fills `bytes`. An integer beyond 2^53 (a byte counter) is rounded
 * like any JavaScript number. With `only` the dictionaries hold no other keys; what stands there is
 * passed over, and has to be well-formed all the same. Throws NgError `malformed`.
 */
export function decodeBencode(bytes: Uint8Array, only?: ReadonlySet<string>): NgValue {
  if (bytes.length > LENGTH_BYTES_MAX) {
    throw malformed(`at most ${LENGTH_BYTES_MAX} bytes`, `${bytes.length} bytes`, 0);
  }
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), only);
  const value = reader.value(0);
  reader.expectEnd();
  return value;
}

/** Every reply is read by this: to define each property would cost ten times as much. */
function setOwn(dictionary: Record<string, NgValue>, key: string, value: NgValue): void {
  if (key === '__proto__') {
    // A key like any other here.
    Object.defineProperty(dictionary, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    dictionary[key] = value;
  }
}

class Reader {
  readonly #bytes: Buffer;
  readonly #only: ReadonlySet<string> | undefined;
  #at = 0;

  constructor(bytes: Buffer, only: ReadonlySet<string> | undefined) {
    this.#bytes = bytes;
    this.#only = only;
  }

  value(depth: number): NgValue {
    this.#refuseDepth(depth);
    if (this.#took(INTEGER)) {
      return this.#number(END);
    }
    if (this.#took(LIST)) {
      return this.#list(depth);
    }
    return this.#took(DICTIONARY) ? this.#dictionary(depth) : this.#text();
  }

  expectEnd(): void {
    if (this.#at !== this.#bytes.length) {
      throw malformed('the end', `${this.#bytes.length - this.#at} bytes more`, this.#at);
    }
  }

  #list(depth: number): NgValue[] {
    const items: NgValue[] = [];
    while (!this.#took(END)) {
      items.push(this.value(depth + 1));
    }
    return items;
  }

  #dictionary(depth: number): NgDict {
    const dictionary: Record<string, NgValue> = {};
    while (!this.#took(END)) {
      const key = this.#text();
      if (this.#only?.has(key) === false) {
        this.#passOver(depth + 1);
      } else {
        setOwn(dictionary, key, this.value(depth + 1));
      }
    }
    return dictionary;
  }

  /** As `value`, and nothing is made of it. */
  #passOver(depth: number): void {
    this.#refuseDepth(depth);
    if (this.#took(INTEGER)) {
      this.#number(END);
    } else if (this.#took(LIST)) {
      while (!this.#took(END)) {
        this.#passOver(depth + 1);
      }
    } else if (this.#took(DICTIONARY)) {
      while (!this.#took(END)) {
        this.#at = this.#textEnd();
        this.#passOver(depth + 1);
      }
    } else {
      this.#at = this.#textEnd();
    }
  }

  #refuseDepth(depth: number): void {
    if (depth > DEPTH_MAX) {
      throw malformed(`nesting of at most ${DEPTH_MAX}`, 'more', this.#at);
    }
  }

  #took(mark: number): boolean {
    if (this.#bytes[this.#at] !== mark) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #text(): string {
    const end = this.#textEnd();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  /** Goes to the beginning of a text and tells where it ends. */
  #textEnd(): number {
    const startedAt = this.#at;
    const length = this.#number(COLON);
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) {
      const left = this.#bytes.length - this.#at;
      throw malformed(`a length from 0 to ${left}`, `${length}`, startedAt);
    }
    return end;
  }

  #number(terminator: number): number {
    const startedAt = this.#at;
    const negative = this.#took(MINUS);
    const digitsAt = this.#at;
    let value = 0;
    let digit = this.#digit();
    while (digit >= 0 && this.#at - digitsAt < DIGITS_MAX) {
      value = value * 10 + digit;
      this.#at += 1;
      digit = this.#digit();
    }
    if (this.#at === digitsAt || !this.#took(terminator)) {
      const got = this.#bytes.toString('latin1', startedAt, startedAt + DIGITS_MAX + 2);
      throw malformed('a value', got === '' ? 'none' : JSON.stringify(got), startedAt);
    }
    return negative ? -value : value;
  }

  /** The digit at this place, or a number below 0. */
  #digit(): number {
    const digit = (this.#bytes[this.#at] ?? 0) - ZERO;
    return digit <= 9 ? digit : -1;
  }
}

function malformed(expected: string, got: string, at: number): NgError {
  return new NgError('malformed', `bencode at byte ${at}: expected ${expected}, got ${got}`);
}
