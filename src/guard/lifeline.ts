// The worker's end of the pipe: beats from its event loop, the guard's wish to stop, and the pipe's
// end, which is the guard's death.

import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';

import { tickEvery } from '../async/tick.js';
import { encode, LIFELINE_FD, MessageReader, type WorkerMessage } from './messages.js';

/**
 * Several within the silence that counts as a hang (beat-watch.ts), on the grid on which the worker
 * looks around anyway: waking up is most of what a beat costs.
 */
const BEAT_MS = 250;

/** A guard that stands still does not read; beats that wait for it are dropped. */
const UNREAD_BYTES_MAX = 1_000;

export interface LifelineListener {
  stop(): void;
  /** Said once, as soon as it is known. */
  gone(): void;
}

export class Lifeline {
  readonly #socket: Socket;
  readonly #beating = new AbortController();
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
    void tickEvery(BEAT_MS, () => this.tell({ kind: 'beat' }), this.#beating.signal);
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
      this.#beating.abort(new Error('the guard is gone'));
      this.#socket.destroy();
      this.#listener?.gone();
    }
  }
}
