/**
 * - `refused`: ECONNREFUSED, nobody listens at the relay's ng port (any more);
 * - `no-answer`: nothing came within the deadline;
 * - `unreachable`: the datagram could not be sent (no route, unknown host name);
 * - `malformed`: a reply, or the dictionary in it, that could not be read;
 * - `too-long`: a command that does not fit into a datagram;
 * - `too-many`: more requests at once than the client keeps;
 * - `closed`: the client was closed before the reply came.
 */
export type NgErrorCode =
  'refused' | 'no-answer' | 'unreachable' | 'malformed' | 'too-long' | 'too-many' | 'closed';

/** A failure in talking to a relay over ng. The message says what was tried and what came back. */
export class NgError extends Error {
  override readonly name = 'NgError';
  readonly code: NgErrorCode;
  /**
   * With `no-answer`: how many milliseconds after the deadline our own timer fired. More than a few
   * tell of a stall of this process, not of the relay.
   */
  readonly lateMs: number;

  constructor(
    code: NgErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly lateMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.lateMs = options.lateMs ?? 0;
  }
}
