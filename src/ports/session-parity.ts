// What a comparison by Call-ID needs to see: the sessions that the relay holds, and those that the
// local replica keeps. Both are read in small pieces, so that neither server nor this process is
// ever busy with them for long.

/** A session as the relay itself lists it. */
export interface HeldSession {
  readonly callId: string;
  /** The Redis database that it belongs to; undefined when the relay does not say. */
  readonly database: number | undefined;
  /** Taken from a peer and not (yet) taken over. */
  readonly foreign: boolean;
  /** Over already, and only kept for what may still be under way. */
  readonly ending: boolean;
}

export interface SessionLister {
  /** Every session of the relay at one time, as they come. Rejects with SessionParityError. */
  list(take: (session: HeldSession) => void, signal: AbortSignal): Promise<void>;
}

export interface ReplicaStanding {
  /** Changes with the primary that the data came from. */
  readonly primary: string;
  /** A replica that is in step with its primary as far as its link tells. */
  readonly inStep: boolean;
  /** A relay that fails to restore a call deletes it: harmless only where nothing can be written. */
  readonly readOnly: boolean;
}

/** The sessions in the local replica. Nothing here writes a key, and nothing asks the primary. */
export interface SessionKeys {
  standing(signal: AbortSignal): Promise<ReplicaStanding>;
  /** The Call-IDs of one bite; `next` is where the following bite begins, undefined at the end. */
  bite(
    from: { readonly database: number; readonly cursor: string | undefined },
    signal: AbortSignal,
  ): Promise<{ readonly callIds: readonly string[]; readonly next: string | undefined }>;
  /** Those of the Call-IDs that are kept now. */
  kept(
    database: number,
    callIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Tells the subscribers of the replica once more of each key; resolves with how many listen. */
  tellAgain(database: number, callIds: readonly string[], signal: AbortSignal): Promise<number>;
  /** notify-keyspace-events of the replica, or undefined where it must not be read. */
  notifiedEvents(signal: AbortSignal): Promise<string | undefined>;
  /** Lets go of the connection. */
  close(): Promise<void>;
}

export type SessionParityErrorCode =
  'listing-unreachable' | 'listing-too-long' | 'listing-unreadable' | 'keys-unreachable';

/** Sessions could not be read. The message says what was tried, expected, and what came. */
export class SessionParityError extends Error {
  override readonly name = 'SessionParityError';
  readonly code: SessionParityErrorCode;

  constructor(code: SessionParityErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
