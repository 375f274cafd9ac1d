// One subscription to the daemon's events, from its opening to its end.

import { SpeakerError } from '../../../ports/bgp-speaker.js';
import type { GobgpClient } from './client.js';
import type { WatchEventReply } from './messages.js';

const OPENS_MS_MAX = 500;

export interface FeedListener {
  /** The first event proves that the subscription stands; a look before it could miss a change. */
  opened(): void;
  event(event: WatchEventReply): void;
  ended(): void;
}

export class Feed {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #sinceMs: number;
  #open = false;
  #failure: SpeakerError | undefined;

  constructor(client: GobgpClient, listener: FeedListener, nowMs: number) {
    this.#sinceMs = nowMs;
    this.#running = this.#run(client, listener);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  refuseEnded(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** A subscription that does not open although the daemon answers calls must be made anew. */
  refuseMute(nowMs: number): void {
    if (!this.#open && nowMs - this.#sinceMs > OPENS_MS_MAX) {
      throw new SpeakerError(
        'daemon-silent',
        `GoBGP answers calls, but WatchEvent sent nothing in ${OPENS_MS_MAX} ms`,
      );
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(client: GobgpClient, listener: FeedListener): Promise<void> {
    try {
      await client.watchEvents((event) => {
        if (!this.#open) {
          this.#open = true;
          listener.opened();
        }
        listener.event(event);
      }, this.#stop.signal);
    } catch (error) {
      if (!(error instanceof SpeakerError)) {
        throw error;
      }
      this.#failure = error;
      listener.ended();
    }
  }
}
