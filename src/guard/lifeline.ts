// The worker's end of the pipe: beats from its event loop, the guard's wish to stop, and the pipe's
// end, which is the guard's death.

import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';

import { encode, LIFELINE_FD, MessageReader, type WorkerMessage } from './messages.js';

/** Several within the silence that counts as a hang (beat-watch.ts). */
const BEAT_MS = 200;

/** A guard that stands still does not read; beats that wait for it are dropped. */
const UNREAD_BYTES_MAX = 1_000;

export interface LifelineListener {
  stop(): void;
  /** Said once, as soon as it is known. */
  gone(): void;
}

export class Lifeline {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #listener: LifelineListener | undefined;
  #gone = false;
  #stopAsked = false;

  private constructor() {
    this.#socket = new Socket({ fd: LIFELINE_FD, readable: true, writable: true });
    const reader = new MessageReader();
    this.#socket.setEncoding('utf8').on('data', (chunk: string) => {
      if (reader.read(chunk).some(({ kind }) => kind === 'stop')) {
        this.#stopAsked = true;
        this.#listener?.stop();
      }
    });
    this.#socket.on('error', () => this.#lose());
    this.#socket.on('end', () => this.#lose());
    this.#socket.on('close', () => this.#lose());
    this.#timer = setInterval(() => this.tell({ kind: 'beat' }), BEAT_MS);
  }

  /** Undefined when nobody holds the other end: this process was not started by a guard. */
  static open(): Lifeline | undefined {
    try {
      return fstatSync(LIFELINE_FD).isSocket() ? new Lifeline() : undefined;
    } catch {
      return undefined;
    }
  }

  get gone(): boolean {
    return this.#gone;
  }

  tell(message: WorkerMessage): void {
    if (!this.#gone && this.#socket.writableLength < UNREAD_BYTES_MAX) {
      this.#socket.write(encode(message));
    }
  }

  /** Also tells what happened before anybody listened. */
  listen(listener: LifelineListener): void {
    this.#listener = listener;
    if (this.#stopAsked) {
      listener.stop();
    }
    if (this.#gone) {
      listener.gone();
    }
  }

  /** Lets the process end; the guard is told nothing. */
  close(): void {
    this.#listener = undefined;
    this.#lose();
  }

  #lose(): void {
    if (!this.#gone) {
      this.#gone = true;
      clearInterval(this.#timer);
      this.#socket.destroy();
      this.#listener?.gone();
    }
  }
}
