// Cuts the byte stream of a TCP connection into requests. Neither bencode nor JSON carries its
// length in front, but both show where they end.

import { REQUEST_BYTES_MAX } from './message.js';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DICTIONARY = 0x64;
const LIST = 0x6c;
const INTEGER = 0x69;
const END = 0x65;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const COOKIE_BYTES_MAX = 255;
/** What a person or a program types in front of a line end. */
const LINE_BYTES_MAX = 64;
const LINE_START = Buffer.from('list sessions ');

/** Where the request ends, `more` when it has not come whole, `broken` when it never will. */
export type Frame = number | 'more' | 'broken';

export function frameOf(bytes: Buffer): Frame {
  const space = bytes.subarray(0, COOKIE_BYTES_MAX + 1).indexOf(SPACE);
  if (space === -1) {
    return bytes.length > COOKIE_BYTES_MAX ? 'broken' : 'more';
  }
  const first = bytes[space + 1];
  if (first === undefined || isLineToCome(bytes)) {
    return 'more';
  }
  const end =
    first === BRACE_OPEN
      ? endOfJson(bytes, space + 1)
      : first === DICTIONARY
        ? endOfBencode(bytes, space + 1)
        : 'broken';
  return end === 'more' && bytes.length > REQUEST_BYTES_MAX ? 'broken' : end;
}

function isLineToCome(bytes: Buffer): boolean {
  const start = bytes.subarray(0, LINE_START.length);
  return bytes.length < LINE_BYTES_MAX && LINE_START.subarray(0, start.length).equals(start);
}

/** The first line, as far as it has come; empty when it has not, or is too long for a command. */
export function lineIn(bytes: Buffer): string {
  const end = bytes.subarray(0, LINE_BYTES_MAX).indexOf(NEWLINE);
  return end === -1 ? '' : bytes.toString('latin1', 0, end);
}

/** How many line ends stand in front: people type into a TCP connection. */
export function blanksBefore(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === NEWLINE || bytes[at] === RETURN) {
    at += 1;
  }
  return at;
}

function endOfJson(bytes: Buffer, start: number): Frame {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      at += byte === BACKSLASH ? 1 : 0;
      quoted = byte !== QUOTE;
    } else if (byte === QUOTE) {
      quoted = true;
    } else if (byte === BRACE_OPEN) {
      depth += 1;
    } else if (byte === BRACE_CLOSE) {
      depth -= 1;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return 'more';
}

function endOfBencode(bytes: Buffer, start: number): Frame {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === DICTIONARY || byte === LIST) {
      depth += 1;
      at += 1;
    } else if (byte === END) {
      depth -= 1;
      at += 1;
    } else {
      const next = byte === INTEGER ? afterInteger(bytes, at) : afterText(bytes, at);
      if (typeof next !== 'number') {
        return next;
      }
      at = next;
    }
    if (depth === 0) {
      return at;
    }
  }
  return 'more';
}

function afterInteger(bytes: Buffer, at: number): Frame {
  const end = bytes.indexOf(END, at);
  return end === -1 ? 'more' : end + 1;
}

function afterText(bytes: Buffer, start: number): Frame {
  let length = 0;
  let at = start;
  for (let byte = bytes[at]; byte !== COLON; byte = bytes[at]) {
    if (byte === undefined) {
      return 'more';
    }
    if (byte < ZERO || byte > NINE || length > REQUEST_BYTES_MAX) {
      return 'broken';
    }
    length = length * 10 + (byte - ZERO);
    at += 1;
  }
  const end = at + 1 + length;
  return length > REQUEST_BYTES_MAX ? 'broken' : end > bytes.length ? 'more' : end;
}
