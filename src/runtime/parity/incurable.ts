// Sessions that were told of again and still are not held: their ports are taken on this host, or an
// interface is missing. Telling of them time and again would only fill the relay's log.

/** Two attempts, since the first may have met a relay that was not subscribed yet. */
const ATTEMPTS_MAX = 2;
const REST_MS = 300_000;
const REMEMBERED_MAX = 10_000;

export class Incurable {
  readonly #attempts = new Map<string, { readonly count: number; readonly atMs: number }>();

  isWorthwhile(callId: string, nowMs: number): boolean {
    const known = this.#attempts.get(callId);
    return known === undefined || known.count < ATTEMPTS_MAX || nowMs - known.atMs > REST_MS;
  }

  note(callIds: readonly string[], nowMs: number): void {
    for (const callId of callIds) {
      const known = this.#attempts.get(callId);
      const rested = known !== undefined && nowMs - known.atMs > REST_MS;
      this.#attempts.delete(callId);
      this.#attempts.set(callId, { count: rested ? 1 : (known?.count ?? 0) + 1, atMs: nowMs });
    }
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= REMEMBERED_MAX) {
        return;
      }
      this.#attempts.delete(oldest);
    }
  }
}
