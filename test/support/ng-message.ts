// Whole ng messages, for the relay's side of a test.

import type { NgDict } from '../../src/ng/bencode.js';
import { NgError } from '../../src/ng/errors.js';
import { readCookie, readDict, writeDict } from '../../src/ng/message.js';

export interface NgMessage {
  readonly cookie: string;
  readonly dict: NgDict;
}

export function encodeMessage({ cookie, dict }: NgMessage): Buffer {
  return Buffer.concat([Buffer.from(`${cookie} `), writeDict(dict)]);
}

/** Throws NgError `malformed`. */
export function decodeMessage(datagram: Buffer): NgMessage {
  const cookie = readCookie(datagram);
  if (cookie === undefined) {
    throw new NgError('malformed', 'an ng message begins with a cookie and a space; this one not');
  }
  return { cookie, dict: readDict(datagram, cookie.length + 1) };
}
