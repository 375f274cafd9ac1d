// Hears from one Sentinel that it has something to say about a switch of the primary. What it says is
// not read: it is asked then, and what most of them answer counts, as ever (docs/decisions/0010).
//
// Not a client of ioredis, which an odd answer to SUBSCRIBE would let end the process. Where nobody
// may subscribe, or nothing comes, the regular questions remain.

import type { Socket } from 'node:net';

import type { RedisServer } from '../../config/config.js';
import { dial } from './connector.js';

const CHANNEL = '+switch-master';
const CONNECT_MS_MAX = 2_000;
const AGAIN_AFTER_MS = 5_000;
/** One that pours words out is asked no more often than this for it. */
const TELL_AGAIN_MS_MIN = 100;
/** A switch is told in a hundred bytes; a connection that has said more than this is made anew. */
const BYTES_MAX = 65_536;
/** For the end of a host that says nothing of it. */
const KEEP_ALIVE_MS = 10_000;

export interface SwitchListenerOptions {
  readonly server: RedisServer;
  /** Called when there may have been a switch, and once when it begins to listen. */
  readonly heard: () => void;
}

export class SwitchListener {
  readonly #options: SwitchListenerOptions;
  #wanted = false;
  #socket: Socket | undefined;
  #again: NodeJS.Timeout | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SwitchListenerOptions) {
    this.#options = options;
  }

  open(): void {
    this.#wanted = true;
    void this.#listen();
  }

  close(): void {
    this.#wanted = false;
    clearTimeout(this.#again);
    this.#socket?.destroy();
  }

  async #listen(): Promise<void> {
    try {
      const { server } = this.#options;
      const socket = await dial(() => server);
      this.#socket = socket;
      socket.on('error', () => undefined);
      socket.once('close', () => this.#lost());
      if (!this.#wanted) {
        socket.destroy();
        return;
      }
      this.#follow(socket, server);
    } catch {
      // A certificate that cannot be read now may be readable later.
      this.#lost();
    }
  }

  #follow(socket: Socket, server: RedisServer): void {
    const ready = server.tls === undefined ? 'connect' : 'secureConnect';
    socket.setTimeout(CONNECT_MS_MAX, () => socket.destroy());
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.once(ready, () => {
      socket.setTimeout(0);
      socket.write(`${login(server)}${encode('SUBSCRIBE', CHANNEL)}`);
    });
    socket.on('data', () => {
      if (socket.bytesRead > BYTES_MAX) {
        socket.destroy();
      }
      this.#tell();
    });
  }

  #lost(): void {
    this.#socket = undefined;
    if (this.#wanted) {
      this.#again = setTimeout(() => void this.#listen(), AGAIN_AFTER_MS);
    }
  }

  #tell(): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs >= TELL_AGAIN_MS_MIN) {
      this.#toldAtMs = nowMs;
      this.#options.heard();
    }
  }
}

function login({ username, password }: RedisServer): string {
  if (password === undefined) {
    return '';
  }
  return encode('AUTH', ...(username === undefined ? [] : [username]), password);
}

function encode(...words: readonly string[]): string {
  const strings = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${strings.join('')}`;
}
