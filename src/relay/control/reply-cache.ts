// The replies of late, by cookie: a proxy that got no answer in time asks again under the same one,
// and must not set the call up twice.

/** rtpengine keeps a reply for 30 to 60 s; so does this, unless there are more than fit. */
const GENERATION_MS = 30_000;
const GENERATION_REPLIES_MAX = 16_384;
const GENERATION_BYTES_MAX = 16_777_216;

/** Two generations, of which the older is forgotten as a whole: no timer and no list to walk. */
export class ReplyCache {
  #young = new Map<string, Buffer>();
  #old = new Map<string, Buffer>();
  #youngBytes = 0;
  #turnedAtMs = 0;

  get(cookie: string): Buffer | undefined {
    return this.#young.get(cookie) ?? this.#old.get(cookie);
  }

  put(cookie: string, reply: Buffer, nowMs: number): void {
    this.#turnIfDue(nowMs);
    this.#young.set(cookie, reply);
    this.#youngBytes += reply.length;
  }

  #turnIfDue(nowMs: number): void {
    const full =
      this.#young.size >= GENERATION_REPLIES_MAX || this.#youngBytes >= GENERATION_BYTES_MAX;
    if (full || nowMs - this.#turnedAtMs >= GENERATION_MS) {
      this.#old =
        nowMs - this.#turnedAtMs >= 2 * GENERATION_MS ? new Map<string, Buffer>() : this.#young;
      this.#young = new Map();
      this.#youngBytes = 0;
      this.#turnedAtMs = nowMs;
    }
  }
}
