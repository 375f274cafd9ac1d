// Feels whether the daemon runs at all: a hung one keeps its sockets open and says nothing.
//
// Every HTTP/2 peer must acknowledge a SETTINGS frame at once (RFC 9113, 6.5.3). An empty one costs
// a quarter of a gRPC call, which counts at 20 a second, and gRPC servers do not ration it as they
// do PING: GoBGP closes the connection of a client that pings more often than every 5 minutes.
// It does not pass through the daemon's core; the watch's looks do.

import { DeadlineError, withDeadline } from '../../../async/deadline.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { cancelled, failureOf } from './failure.js';
import { Http2Session } from './http2-session.js';

const SIGN = 'a sign of life';

export class Pulse {
  readonly #address: string;
  readonly #session: Http2Session;
  /** The acknowledgement under way: a hung daemon is not sent one frame after the other. */
  #acknowledged: Promise<void> | undefined;

  constructor(address: string) {
    this.#address = address;
    this.#session = new Http2Session(address);
  }

  /** Resolves when the daemon has answered; rejects with SpeakerError. */
  async beat(limitMs: number, signal: AbortSignal): Promise<void> {
    const acknowledged = (this.#acknowledged ??= this.#ask());
    try {
      await withDeadline(limitMs, signal, () => acknowledged);
    } catch (error) {
      throw signal.aborted ? cancelled(SIGN, error) : this.#failureOf(error);
    }
  }

  close(): void {
    this.#session.close();
  }

  async #ask(): Promise<void> {
    const session = this.#session.get();
    try {
      await new Promise<void>((resolve, reject) => {
        session.once('error', reject);
        session.settings({}, (error) => {
          session.off('error', reject);
          if (error === null) {
            resolve();
          } else {
            reject(error);
          }
        });
      });
    } finally {
      this.#acknowledged = undefined;
    }
  }

  #failureOf(cause: unknown): SpeakerError {
    return cause instanceof DeadlineError
      ? failureOf(SIGN, this.#address, cause)
      : new SpeakerError('daemon-unreachable', `no connection to GoBGP (${this.#address})`, {
          cause,
        });
  }
}
