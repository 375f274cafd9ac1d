/** A listener that is up. */
export interface Listener {
  /** Where it really listens: `ADDRESS:PORT`, or the path of the socket. */
  readonly address: string;
  /** Ends every connection and frees the address. */
  close(): Promise<void>;
}

export type ListenErrorCode = 'address-in-use' | 'address-unusable' | 'already-running';

/** The listener did not come up. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: ListenErrorCode;

  constructor(code: ListenErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
