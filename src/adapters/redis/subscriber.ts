// Listens to channels on the local replica. A connection that is dead without a word looks like
// silence; whoever expects something to come says `renew` when it does not.

import type { Redis } from 'ioredis';

import { detailOfError } from '../detail.js';
import { HeldClient } from './held-client.js';

/** Messages on our channels are small; more than this between two ticks is somebody's mischief. */
const BYTES_MAX = 1_048_576;
/** Longer than anything that is said on these channels. */
const MESSAGE_LENGTH_MAX = 32_768;

export type Hear = (channel: string, message: string) => void;

export class Subscriber {
  readonly #held: HeldClient;
  readonly #channels: readonly string[];
  #refusal: string | undefined;

  constructor(client: Redis, channels: readonly string[], hear: Hear) {
    this.#held = new HeldClient(client, BYTES_MAX);
    this.#channels = channels;
    client.on('ready', () => void this.#subscribe(client));
    client.on('message', (channel: string, message: string) => {
      if (message.length <= MESSAGE_LENGTH_MAX) {
        hear(channel, message);
      }
    });
  }

  get trouble(): string | undefined {
    return this.#held.trouble ?? this.#refusal;
  }

  open(): void {
    this.#held.open();
  }

  renew(): void {
    this.#held.renew();
  }

  /** To be called regularly: what comes between two calls is limited. */
  tick(): void {
    this.#held.resetBytes();
  }

  close(): Promise<void> {
    return this.#held.close();
  }

  async #subscribe(client: Redis): Promise<void> {
    try {
      await client.subscribe(...this.#channels);
      this.#refusal = undefined;
    } catch (error) {
      this.#refusal = detailOfError(error);
    }
  }
}
