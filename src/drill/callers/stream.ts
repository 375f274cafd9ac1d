import type { Endpoint } from './endpoint.js';
import { StreamWindow, type WindowReport } from './window.js';

/** One direction of a call, from the party that says it to the party that hears it. */
export class Stream {
  readonly #from: Endpoint;
  readonly #to: Endpoint;
  #window: StreamWindow | undefined;
  #alsoTell: (atMs: number) => void = () => undefined;

  constructor(from: Endpoint, to: Endpoint) {
    this.#from = from;
    this.#to = to;
    to.listen((sequence, atMs) => {
      this.#window?.arrived(sequence, atMs);
      this.#alsoTell(atMs);
    });
  }

  open(atMs: number): void {
    this.#window = new StreamWindow(this.#from.nextSequence, atMs);
  }

  /** Tells somebody else of every arrival too. */
  alsoTell(listener: (atMs: number) => void): void {
    this.#alsoTell = listener;
  }

  close(atMs: number): void {
    this.#window?.close(this.#from.nextSequence, atMs);
  }

  report(): WindowReport | undefined {
    return this.#window?.report();
  }

  heardSince(atMs: number): boolean {
    return this.#to.lastHeardMs >= atMs;
  }
}
