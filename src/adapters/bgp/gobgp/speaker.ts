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
import {
  disableNeighbours,
  enableNeighbours,
  type NeighbourSwitchOptions,
} from './neighbour-switch.js';
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
  readonly #switch: NeighbourSwitchOptions;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: GobgpSpeakerOptions) {
    this.#address = options.address;
    this.#plan = new Plan(options);
    this.#client = new GobgpClient(options);
    this.#observer = new Observer(this.#client, this.#plan, options.neighbours);
    this.#clock = options.clock;
    this.#switch = options;
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
    const commands = desired
      .toSorted((left, right) => this.#urgency(left) - this.#urgency(right))
      .map((route, turns) => this.#commandFor(route, turns, signal));
    const outcomes = await Promise.allSettled(commands.map((send) => send()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  async readBack(signal: AbortSignal): ReturnType<BgpSpeaker['readBack']> {
    return await this.#observer.readBack(signal);
  }

  async disableNeighbours(
    neighbours: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { sessions } = await this.#observer.look(signal);
    const up = neighbours.filter(
      (each) => sessions.find(({ neighbour }) => neighbour === each)?.disabled === undefined,
    );
    await disableNeighbours(this.#switch, up, signal);
    return up;
  }

  async enableNeighbours(neighbours: readonly string[], signal: AbortSignal): Promise<void> {
    await enableNeighbours(this.#switch, neighbours, signal);
  }

  async close(): Promise<void> {
    this.#client.close();
    await Promise.resolve();
  }

  /** Withdrawals go first, and those of a home before those of a standby: they carry the calls. */
  #urgency({ prefix, rank }: DesiredRoute): number {
    const home = this.#plan.find(prefix)?.role.kind === 'home';
    return (rank === 'withdrawn' ? 0 : 2) + (home ? 0 : 1);
  }

  /**
   * Throws for a route that was never configured before anything is sent. GoBGP says OK even to the
   * deletion of nothing; the watch tells whether a path is gone.
   *
   * Every command leaves in a turn of its own: of calls that arrive together GoBGP serves the last
   * one first, and the most urgent one would wait for all the others.
   */
  #commandFor(
    { prefix, rank }: DesiredRoute,
    turns: number,
    signal: AbortSignal,
  ): () => Promise<void> {
    const command = this.#plan.commandFor(prefix, rank);
    const lane = this.#lanes.get(prefix) ?? new Lane();
    this.#lanes.set(prefix, lane);
    return () =>
      lane.send(async () => {
        await loopTurns(turns);
        await this.#client.command(command, signal);
      });
  }
}

/** Lets so many turns of the event loop pass; none at all for 0. */
async function loopTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
