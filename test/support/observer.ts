import { waitUntil } from './wait.js';

/** Keeps what a watch reports, and waits for what a test expects of it. */
export class Observer<Observation extends { readonly atMs: number }> {
  readonly seen: Observation[] = [];
  readonly #stop = new AbortController();
  #watch: Promise<void> = Promise.resolve();

  start(watched: {
    watch(listener: (observation: Observation) => void, signal: AbortSignal): Promise<void>;
  }): this {
    this.#watch = watched.watch((observation) => this.seen.push(observation), this.#stop.signal);
    return this;
  }

  /** The first observation from `from` on that satisfies; earlier ones may be passed over. */
  async next(
    what: string,
    satisfies: (observation: Observation) => boolean,
    from = 0,
  ): Promise<Observation> {
    const find = (): Observation | undefined => this.seen.slice(from).find(satisfies);
    try {
      await waitUntil(what, () => find() !== undefined);
    } catch (error) {
      const last = JSON.stringify(this.seen.slice(-5));
      throw new Error(`never seen: ${what}; the last were ${last}`, { cause: error });
    }
    return find()!;
  }

  /** Ends the watch and waits until it has let go of everything. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watch;
  }
}
