// Announces nothing: remembers what was declared and says what a real driver would do. For trying a
// configuration out on a host whose BGP daemon is not to be touched yet.

import { attributesFor, type RankBy } from '../../../domain/attributes.js';
import { planSteps, type RouteStep } from '../../../domain/plan.js';
import type { Rank } from '../../../domain/rank.js';
import type { Advertisement, DesiredRoute, HeldRoute, Vip } from '../../../domain/route.js';
import { SpeakerError, type BgpSpeaker, type SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';

export interface DryRunSpeakerOptions {
  readonly vips: readonly Vip[];
  readonly rankBy: RankBy;
  readonly localAs: number;
  readonly neighbours: readonly { readonly address: string }[];
  readonly clock: Clock;
  /** Takes a sentence for every step that would have been taken. */
  readonly say: (sentence: string) => void;
}

interface RememberedRoute {
  readonly vip: Vip;
  readonly prefix: string;
  readonly rank: Rank;
}

export class DryRunSpeaker implements BgpSpeaker {
  readonly driver = 'dry-run';
  readonly #options: DryRunSpeakerOptions;
  readonly #routes: Map<string, RememberedRoute>;
  readonly #listeners = new Set<() => void>();
  readonly #endings = new Set<() => void>();

  constructor(options: DryRunSpeakerOptions) {
    this.#options = options;
    this.#routes = new Map(
      options.vips.flatMap((vip) =>
        vip.prefixes.map((prefix) => [prefix, { vip, prefix, rank: 'withdrawn' }] as const),
      ),
    );
  }

  watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const report = (): void => {
        listener(this.#report());
      };
      const end = (): void => {
        this.#listeners.delete(report);
        this.#endings.delete(end);
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.#listeners.add(report);
      this.#endings.add(end);
      signal.addEventListener('abort', end, { once: true });
      report();
    });
  }

  declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    if (signal.aborted) {
      const options = { cause: signal.reason as unknown };
      return Promise.reject(
        new SpeakerError('cancelled', 'cancelled before anything was done', options),
      );
    }
    const unknown = desired.find(({ prefix, vip }) => this.#routes.get(prefix)?.vip.name !== vip);
    if (unknown !== undefined) {
      const message = `VIP ${unknown.vip} with prefix ${unknown.prefix} is not in the configuration`;
      return Promise.reject(new SpeakerError('daemon-refused', message, { disposition: 'fatal' }));
    }
    this.#remember(desired);
    return Promise.resolve();
  }

  /** What a real daemon would send; nothing is sent. */
  readBack(): Promise<readonly Advertisement[]> {
    const { neighbours } = this.#options;
    return Promise.resolve(
      neighbours.flatMap(({ address }) =>
        [...this.#routes.values()].flatMap((route) => this.#advertisement(address, route)),
      ),
    );
  }

  disableNeighbours(neighbours: readonly string[]): Promise<readonly string[]> {
    this.#options.say(`would take down the sessions to ${neighbours.join(', ')}`);
    return Promise.resolve(neighbours);
  }

  enableNeighbours(neighbours: readonly string[]): Promise<void> {
    this.#options.say(`would let the sessions to ${neighbours.join(', ')} come up again`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const end of [...this.#endings]) {
      end();
    }
    return Promise.resolve();
  }

  #remember(desired: readonly DesiredRoute[]): void {
    const steps = planSteps(desired, this.#held());
    for (const { prefix, rank } of desired) {
      const route = this.#routes.get(prefix);
      if (route !== undefined) {
        this.#routes.set(prefix, { ...route, rank });
      }
    }
    for (const step of steps) {
      this.#options.say(sentenceFor(step));
    }
    if (steps.length > 0) {
      for (const report of this.#listeners) {
        report();
      }
    }
  }

  #report(): SpeakerReport {
    return {
      daemon: 'up',
      atMs: this.#options.clock.nowMs(),
      instance: 'dry-run',
      held: this.#held(),
      sessions: this.#options.neighbours.map(({ address }) => ({
        neighbour: address,
        state: 'unknown',
        bfd: 'unknown',
      })),
    };
  }

  #held(): readonly HeldRoute[] {
    return [...this.#routes.values()].map(({ prefix, rank }) => ({
      prefix,
      ranks: rank === 'withdrawn' ? [] : [rank],
      foreign: false,
    }));
  }

  #advertisement(neighbour: string, route: RememberedRoute): readonly Advertisement[] {
    const { vip, prefix, rank } = route;
    if (rank === 'withdrawn') {
      return [];
    }
    const { localAs, rankBy } = this.#options;
    const { prepends, communities, med } = attributesFor(vip.role, rank, rankBy);
    const asPath = Array<number>(prepends + 1).fill(localAs);
    return [{ neighbour, prefix, rank, asPath, communities, med }];
  }
}

function sentenceFor({ kind, vip, prefix, rank }: RouteStep): string {
  switch (kind) {
    case 'withdraw':
      return `would withdraw ${prefix} of VIP ${vip}, announced with rank ${rank} so far`;
    case 'announce':
      return `would announce ${prefix} of VIP ${vip} with rank ${rank}`;
    case 'retire':
      return `would take back the path of rank ${rank} for ${prefix} of VIP ${vip}`;
  }
}
