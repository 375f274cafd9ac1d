/** The operator's last word against a BGP daemon that keeps a dead relay's routes. */
export interface DaemonStopper {
  /** Resolves when the command has ended well. Rejects with DaemonStopError. */
  stop(signal: AbortSignal): Promise<void>;
}

/** `bgp.stop-command` could not be run, failed, or did not end in time. */
export class DaemonStopError extends Error {
  override readonly name = 'DaemonStopError';
  readonly code = 'stop-command-failed';
}
