/**
 * - `refused`: the relay said no to a command of the canary's set-up;
 * - `wrong-address`: the relay bound the canary somewhere else than at the VIP;
 * - `unreadable`: its answer lacks what an answer must have.
 */
export type CanaryErrorCode = 'refused' | 'wrong-address' | 'unreadable';

/** A canary call that could not be set up. The message says what was tried and what came back. */
export class CanaryError extends Error {
  override readonly name = 'CanaryError';
  readonly code: CanaryErrorCode;

  constructor(code: CanaryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
