// The BGP driver for GoBGP 3, over its gRPC API.
//
// One path for each prefix; adding it again with other attributes replaces it in a single UPDATE,
// which is how a rank changes without a withdrawal in between. GoBGP 4 has another API and is
// refused. With rank-by local-pref only an iBGP neighbour sees the rank: GoBGP, like every
// speaker, sends no LOCAL_PREF over eBGP.

import type { RankBy } from '../../../domain/attributes.js';
import type { DesiredRoute, Vip } from '../../../domain/route.js';
import type { BgpSpeaker, SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';
import { GobgpClient } from './client.js';
import { Lane } from './lane.js';
import { Observer } from './look.js';
import { Plan } from './plan.js';
import { Watch } from './watch.js';

export interface GobgpSpeakerOptions {
  /** `unix:///run/gobgp/api.sock` or `host:port`. */
  readonly address: string;
  readonly vips: readonly Vip[];
  readonly rankBy: RankBy;
  readonly localAs: number;
  readonly nextHop: { readonly ipv4: string | undefined; readonly ipv6: string | undefined };
  readonly neighbours: readonly string[];
  readonly clock: Clock;
  readonly commandMsMax: number;
}

export function createGobgpSpeaker(options: GobgpSpeakerOptions): BgpSpeaker {
  return new GobgpSpeaker(options);
}

class GobgpSpeaker implements BgpSpeaker {
  readonly driver = 'gobgp';
  readonly #address: string;
  readonly #plan: Plan;
  readonly #client: GobgpClient;
  readonly #observer: Observer;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: GobgpSpeakerOptions) {
    this.#address = options.address;
    this.#plan = new Plan(options);
    this.#client = new GobgpClient(options);
    this.#observer = new Observer(this.#client, this.#plan, options.neighbours);
    this.#clock = options.clock;
    this.#client.connect();
  }

  async watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void> {
    const options = {
      address: this.#address,
      client: this.#client,
      observer: this.#observer,
      plan: this.#plan,
      clock: this.#clock,
    };
    await new Watch(options, listener).run(signal);
  }

  async declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    const commands = [
      ...desired.filter(({ rank }) => rank === 'withdrawn'),
      ...desired.filter(({ rank }) => rank !== 'withdrawn'),
    ].map((route) => this.#commandFor(route, signal));
    const outcomes = await Promise.allSettled(commands.map((send) => send()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  async readBack(signal: AbortSignal): ReturnType<BgpSpeaker['readBack']> {
    return await this.#observer.readBack(signal);
  }

  async close(): Promise<void> {
    this.#client.close();
    await Promise.resolve();
  }

  /**
   * Throws for a route that was never configured before anything is sent. GoBGP says OK even to the
   * deletion of nothing; the watch tells whether a path is gone.
   */
  #commandFor({ prefix, rank }: DesiredRoute, signal: AbortSignal): () => Promise<void> {
    const command = this.#plan.commandFor(prefix, rank);
    const lane = this.#lanes.get(prefix) ?? new Lane();
    this.#lanes.set(prefix, lane);
    return () => lane.send(() => this.#client.command(command, signal));
  }
}
