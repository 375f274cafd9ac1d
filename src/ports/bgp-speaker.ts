// The local BGP daemon: takes the whole desired state, tells what it holds, and reads back what
// each neighbour is really sent.

import type { Advertisement, DesiredRoute, HeldRoute, NeighbourSession } from '../domain/route.js';
import type { Disposition } from './failure.js';

/** A look at the daemon. `instance` changes whenever the daemon was started anew. */
export type SpeakerReport =
  | {
      readonly daemon: 'up';
      readonly atMs: number;
      readonly instance: string;
      readonly held: readonly HeldRoute[];
      readonly sessions: readonly NeighbourSession[];
    }
  | { readonly daemon: 'unreachable'; readonly atMs: number; readonly detail: string };

export interface BgpSpeaker {
  readonly driver: 'bird' | 'gobgp' | 'frr' | 'dry-run';

  /**
   * Reports the daemon's state at once and then whenever it differs from the last report, at the
   * latest 100 ms after the change. An unreachable daemon is a report, not a rejection. Resolves
   * when `signal` aborts.
   */
  watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void>;

  /**
   * Brings every listed prefix to its rank and touches no other. Idempotent; never withdraws a
   * prefix on the way from one rank to another; withdrawals go first. Resolves when the daemon has
   * taken every command. A later call may start before an earlier one has ended; the daemon then
   * sees their commands in the order of the calls. Rejects with SpeakerError.
   */
  declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void>;

  /** What each neighbour is sent of the configured prefixes. Rejects with SpeakerError. */
  readBack(signal: AbortSignal): Promise<readonly Advertisement[]>;

  /**
   * Takes the sessions to these neighbours down, and with them every route that they are sent, over
   * a connection that is made for it: the one for commands may be deaf. Resolves with those that
   * are down by our hand; a session that somebody else took down is left to them. Rejects with
   * SpeakerError.
   */
  disableNeighbours(neighbours: readonly string[], signal: AbortSignal): Promise<readonly string[]>;

  /** Lets sessions come up again that `disableNeighbours` took down. Rejects with SpeakerError. */
  enableNeighbours(neighbours: readonly string[], signal: AbortSignal): Promise<void>;

  /** Lets go of every connection; changes no route. */
  close(): Promise<void>;
}

export type SpeakerErrorCode =
  | 'daemon-unreachable'
  | 'daemon-silent'
  | 'daemon-refused'
  | 'reply-cut-short'
  | 'reply-too-long'
  | 'reply-unexpected'
  | 'cancelled';

/** A failure at the daemon. The message says what was tried and what came back. */
export class SpeakerError extends Error {
  override readonly name = 'SpeakerError';
  readonly code: SpeakerErrorCode;
  readonly disposition: Disposition;

  constructor(
    code: SpeakerErrorCode,
    message: string,
    options: { cause?: unknown; disposition?: Disposition } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.disposition = options.disposition ?? 'retry';
  }
}
