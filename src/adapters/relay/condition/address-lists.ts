// The kernel's own lists of the addresses of this host (proc(5): /proc/net/fib_trie and if_inet6).
// To read them and see that they say what they said before takes a fraction of what it takes to ask
// for every interface and its addresses anew.

import { closeSync, openSync, readSync } from 'node:fs';

const PATHS = ['/proc/net/fib_trie', '/proc/net/if_inet6'];

/** With hundreds of routes the list is longer, and to read it no longer the cheaper way. */
const LIST_BYTES_MAX = 16_384;

export class AddressLists {
  readonly #lists: readonly AddressList[];

  constructor(paths: readonly string[] = PATHS) {
    this.#lists = paths.map((path) => new AddressList(path));
  }

  /** Reads them again: true when all of them could be read, now and the last time, and say the same. */
  sayTheSame(): boolean {
    return this.#lists.map((list) => list.saysTheSame()).every((same) => same);
  }

  close(): void {
    this.#lists.forEach((list) => list.close());
  }
}

class AddressList {
  #fd: number | undefined;
  #now = Buffer.alloc(LIST_BYTES_MAX);
  #before = Buffer.alloc(LIST_BYTES_MAX);
  /** What it said the last time; undefined when it could not be read. */
  #bytes: number | undefined;

  constructor(path: string) {
    try {
      this.#fd = openSync(path, 'r');
    } catch {
      // A kernel without IPv6, or one that shows nothing: never the same.
    }
  }

  saysTheSame(): boolean {
    const bytesBefore = this.#bytes;
    [this.#now, this.#before] = [this.#before, this.#now];
    this.#bytes = this.#read();
    return (
      this.#bytes !== undefined &&
      this.#bytes === bytesBefore &&
      this.#now.compare(this.#before, 0, bytesBefore, 0, bytesBefore) === 0
    );
  }

  close(): void {
    if (this.#fd !== undefined) {
      closeSync(this.#fd);
      this.#fd = undefined;
    }
  }

  /** From its beginning, which makes the kernel write it anew. What fails once is given up for good. */
  #read(): number | undefined {
    if (this.#fd === undefined) {
      return undefined;
    }
    try {
      let bytes = 0;
      while (bytes < LIST_BYTES_MAX) {
        const more = readSync(this.#fd, this.#now, bytes, LIST_BYTES_MAX - bytes, bytes);
        if (more === 0) {
          return bytes;
        }
        bytes += more;
      }
    } catch {
      // As for a list that is too long.
    }
    this.close();
    return undefined;
  }
}
