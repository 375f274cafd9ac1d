// The requests that wait for their reply, each under its number. Each leaves exactly once: answered,
// failed, cancelled or expired, whichever is first, and takes its timer and its listener along.

import { setMaxListeners } from 'node:events';

import { Deadlines } from '../async/deadlines.js';
import type { NgDict } from './bencode.js';

/** Called at most once, with the reply or with what became of it. */
export interface PendingRequest {
  readonly datagram: Buffer;
  readonly deadlineMs: number;
  readonly only: ReadonlySet<string> | undefined;
  readonly resolve: (dict: NgDict) => void;
  readonly reject: (error: unknown) => void;
  readonly expire: (lateMs: number) => void;
}

interface Waiting {
  readonly request: PendingRequest;
  readonly release: () => void;
}

export class PendingRequests {
  readonly #requests = new Map<number, Waiting>();
  readonly #deadlines = new Deadlines();

  get size(): number {
    return this.#requests.size;
  }

  add(number: number, request: PendingRequest, signal?: AbortSignal): void {
    const stopTimer = this.#deadlines.start(request.deadlineMs, (lateMs) =>
      this.take(number)?.expire(lateMs),
    );
    const stopListening = signal === undefined ? undefined : this.#cancelBy(signal, number);
    const release = (): void => {
      stopTimer();
      stopListening?.();
    };
    this.#requests.set(number, { request, release });
  }

  #cancelBy(signal: AbortSignal, number: number): () => void {
    const cancel = (): void => this.take(number)?.reject(signal.reason);
    // Node takes more than ten listeners for a leak; here each is one request under way.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', cancel, { once: true });
    return () => signal.removeEventListener('abort', cancel);
  }

  /** Hands the request over to the one who settles it. */
  take(number: number): PendingRequest | undefined {
    const waiting = this.#requests.get(number);
    this.#requests.delete(number);
    waiting?.release();
    return waiting?.request;
  }

  rejectAll(error: Error): void {
    for (const number of [...this.#requests.keys()]) {
      this.take(number)?.reject(error);
    }
    this.#deadlines.stop();
  }

  datagrams(): readonly Buffer[] {
    return [...this.#requests.values()].map(({ request }) => request.datagram);
  }
}
