export type DrillErrorCode =
  | 'missing-program'
  | 'no-namespaces'
  | 'unknown-scenario'
  | 'command-failed'
  | 'process-ended'
  | 'not-in-time'
  | 'call-refused'
  | 'reply-unexpected';

/** The lab could not do what was asked. The message says what was tried and what came back. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
  readonly code: DrillErrorCode;

  constructor(code: DrillErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
