// What a relay tells of its own settings, as far as they decide what a failure does to it.

/** A setting that the relay does not tell is undefined. */
export interface RelaySettings {
  /** Without Redis its limits do no harm. */
  readonly usesRedis: boolean;
  readonly redisCommandTimeoutMs: number | undefined;
  readonly redisConnectTimeoutMs: number | undefined;
  readonly redisErrorsAllowed: number | undefined;
  /** After how long a call without media is ended. */
  readonly silenceTimeoutSeconds: number | undefined;
}

export interface SettingsReader {
  /** Rejects with an Error that says what was tried and what came. */
  read(signal: AbortSignal): Promise<RelaySettings>;
}
