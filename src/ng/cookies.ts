// The cookies of one client, as they stand in its datagrams: a prefix that no other process has, a
// number, a space. A ping goes out and comes back twenty times a second, and to make text of its
// cookie, and bytes of that text, would be a tenth of what it costs (docs/decisions/0022).

import { randomBytes } from 'node:crypto';

import { standsAt } from './bytes.js';

const PREFIX_BYTES = 6;
const SPACE = 0x20;
const ZERO = 0x30;
/** Every number of so many digits is a safe integer. */
const DIGITS_MAX = 15;

export class Cookies {
  /** A relay answers a cookie that it knows with the old reply, from whatever process it came. */
  readonly #prefix = Buffer.from(randomBytes(PREFIX_BYTES).toString('hex'));

  /** The cookie of this number, above 0, and the dictionary behind it. */
  stamp(number: number, dictionary: Uint8Array): Buffer {
    const length = this.lengthOf(number);
    const datagram = Buffer.allocUnsafe(length + dictionary.length);
    datagram.set(this.#prefix);
    let rest = number;
    for (let at = length - 2; at >= this.#prefix.length; at -= 1) {
      datagram[at] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    datagram[length - 1] = SPACE;
    datagram.set(dictionary, length);
    return datagram;
  }

  /** The number of the cookie that this begins with, or undefined when it is none of ours. */
  read(datagram: Uint8Array): number | undefined {
    return standsAt(datagram, 0, this.#prefix)
      ? readNumber(datagram, this.#prefix.length)
      : undefined;
  }

  /** Where the dictionary behind the cookie of this number begins. */
  lengthOf(number: number): number {
    let length = this.#prefix.length + 1;
    for (let rest = number; rest >= 1; rest /= 10) {
      length += 1;
    }
    return length;
  }
}

/** A number above 0 as it is written, with a space behind it. */
function readNumber(bytes: Uint8Array, startAt: number): number | undefined {
  let number = 0;
  for (let at = startAt; at <= startAt + DIGITS_MAX; at += 1) {
    const byte = bytes[at];
    if (byte === SPACE) {
      return number > 0 ? number : undefined;
    }
    const digit = (byte ?? 0) - ZERO;
    if (digit < 0 || digit > 9 || (digit === 0 && number === 0)) {
      return undefined;
    }
    number = number * 10 + digit;
  }
  return undefined;
}
