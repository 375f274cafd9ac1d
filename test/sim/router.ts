/** The core router: knows what each host sends it and picks the best path of each prefix. */
export class SimRouter {
  readonly #paths = new Map<string, Map<number, number>>();
  readonly #say: (text: string) => void;
  /** What a host sends within a session; the end of a session is no flap. */
  onLearnt: (host: number, prefix: string, sent: number | 'withdrawn') => void = () => undefined;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /** The session of this host has ended, or begins anew. */
  forget(host: number): void {
    for (const prefix of [...this.#paths.keys()]) {
      this.#change(prefix, (paths) => paths.delete(host));
    }
  }

  learn(host: number, prefix: string, rank: number | undefined): void {
    this.onLearnt(host, prefix, rank ?? 'withdrawn');
    this.#change(prefix, (paths) => {
      if (rank === undefined) {
        paths.delete(host);
      } else {
        paths.set(host, rank);
      }
    });
  }

  rankOf(host: number, prefix: string): number | undefined {
    return this.#paths.get(prefix)?.get(host);
  }

  /** Shortest path wins; of two equal ones the host with the lower address. */
  chosen(prefix: string): number | undefined {
    let best: { host: number; rank: number } | undefined;
    for (const [host, rank] of this.#paths.get(prefix) ?? []) {
      if (best === undefined || rank < best.rank || (rank === best.rank && host < best.host)) {
        best = { host, rank };
      }
    }
    return best?.host;
  }

  #change(prefix: string, work: (paths: Map<number, number>) => void): void {
    const paths = this.#paths.get(prefix) ?? new Map<number, number>();
    this.#paths.set(prefix, paths);
    const before = this.chosen(prefix);
    const shownBefore = show(paths);
    work(paths);
    if (show(paths) !== shownBefore) {
      const moved = this.chosen(prefix) === before ? '' : `, ${move(before, this.chosen(prefix))}`;
      this.#say(`router: ${prefix} ${show(paths)}${moved}`);
    }
  }
}

function show(paths: ReadonlyMap<number, number>): string {
  const each = [...paths].sort(([left], [right]) => left - right);
  return each.length === 0
    ? 'no path'
    : each.map(([host, rank]) => `relay-${host}:${rank}`).join(' ');
}

function move(from: number | undefined, to: number | undefined): string {
  const name = (host: number | undefined): string =>
    host === undefined ? 'nobody' : `relay-${host}`;
  return `traffic ${name(from)} -> ${name(to)}`;
}
