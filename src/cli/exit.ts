// How a command ends, as a number that scripts rely on (docs/configuration.md and `--help`).

export const EXIT = {
  done: 0,
  /** A "no" that was asked for: not drained, a live check failed, a drill failed. */
  no: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** The sidecar does not answer. */
  unreachable: 3,
  /** A fault of Holdline itself. */
  fault: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a sentence and a code; no stack trace, since nothing is wrong in here. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
