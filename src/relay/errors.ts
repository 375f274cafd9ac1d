/**
 * Why a command cannot be done. `reason` goes back to the caller as `error-reason`. Where rtpengine
 * has a message for the same trouble it is that one: proxies match it, and people search for it.
 */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, reason: string, options?: { readonly cause?: unknown }) {
    super(reason, options);
    this.code = code;
  }
}

/**
 * - `malformed`: the command or its SDP cannot be read;
 * - `unknown-call`: no such call;
 * - `unsupported`: this relay does not do that (SRTP, ICE, transcoding, recording);
 * - `no-interface`: no interface of that name or address family;
 * - `no-ports`: every port of the range is taken or rests;
 * - `cannot-bind`: the system refuses the port or the address;
 * - `cannot-mark`: packets cannot be marked as `tos` asks;
 * - `too-many-calls`: the limit of `sessions-max` is reached.
 */
export type RelayErrorCode =
  | 'malformed'
  | 'unknown-call'
  | 'unsupported'
  | 'no-interface'
  | 'no-ports'
  | 'cannot-bind'
  | 'cannot-mark'
  | 'too-many-calls';
