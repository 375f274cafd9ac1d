// Drives BIRD 2 over its control socket. Every rank of a group of prefixes is a `protocol static`
// of its own, and a change of rank is `enable` for the new one, then `disable` for the old one.
//
// Both commands are idempotent in BIRD, so a declaration is sent whole, without a look before it:
// no answer that is out of date can lead it astray, and a withdraw waits for nothing.

import type { NeighbourConfig } from '../../../config/config.js';
import type { RankBy } from '../../../domain/attributes.js';
import type { Advertisement, DesiredRoute, Vip } from '../../../domain/route.js';
import type { BgpSpeaker, SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';
import { readAdvertisements } from './advertisements.js';
import { ControlConnection } from './control-connection.js';
import { lookAtLayout, type Layout } from './layout.js';
import { readStatus, requireReply } from './readings.js';
import type { Reply } from './reply-reader.js';
import { disableNeighbours, enableNeighbours } from './neighbour-switch.js';
import { groupsOf, type RouteGroup } from './route-group.js';
import { RouteSwitch } from './route-switch.js';
import { WatchLoop } from './watch-loop.js';

export interface BirdSpeakerOptions {
  readonly socketPath: string;
  readonly vips: readonly Vip[];
  readonly rankBy: RankBy;
  readonly neighbours: readonly NeighbourConfig[];
  readonly clock: Clock;
  /** How long BIRD may take to answer the commands of one step. */
  readonly commandMsMax: number;
}

export class BirdSpeaker implements BgpSpeaker {
  readonly driver = 'bird';
  readonly #options: BirdSpeakerOptions;
  readonly #groups: readonly RouteGroup[];
  readonly #connection: ControlConnection;
  readonly #switch: RouteSwitch;
  readonly #loops = new Set<WatchLoop>();

  constructor(options: BirdSpeakerOptions) {
    this.#options = options;
    this.#groups = groupsOf(options.vips);
    this.#connection = new ControlConnection(options);
    this.#switch = new RouteSwitch(this.#connection, this.#groups);
  }

  async watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void> {
    const loop = new WatchLoop({
      ...this.#options,
      groups: this.#groups,
      listener,
      // A withdraw must find the connection open.
      onReached: () => this.#connection.open(),
    });
    this.#loops.add(loop);
    try {
      await loop.run(signal);
    } finally {
      this.#loops.delete(loop);
    }
  }

  async declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    await this.#andLook(this.#switch.declare(desired, signal));
  }

  /**
   * What stands in the adj-RIB-out where the BGP channel keeps one (`export table on`, as rendered):
   * the routes as the export filter left them and as they were handed to the session. Without that
   * table BIRD runs the export filter anew and tells what it would send. In both cases the AS that
   * an external session puts in front is added here, since BIRD does so only while it encodes.
   */
  async readBack(signal: AbortSignal): Promise<readonly Advertisement[]> {
    const layout = this.#knownLayout() ?? (await this.#lookAtLayout(signal));
    return await readAdvertisements({
      connection: this.#connection,
      groups: this.#groups,
      bgp: layout.bgp,
      rankBy: this.#options.rankBy,
      signal,
    });
  }

  async disableNeighbours(
    neighbours: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    return await this.#andLook(disableNeighbours(this.#options, neighbours, signal));
  }

  async enableNeighbours(neighbours: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#andLook(enableNeighbours(this.#options, neighbours, signal));
  }

  close(): Promise<void> {
    for (const loop of this.#loops) {
      loop.end();
    }
    this.#connection.close();
    return Promise.resolve();
  }

  /** Whatever became of the work, the next report is to tell. */
  async #andLook<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      for (const loop of this.#loops) {
        loop.lookNow();
      }
    }
  }

  #knownLayout(): Layout | undefined {
    return [...this.#loops].find(({ layout }) => layout !== undefined)?.layout;
  }

  async #lookAtLayout(signal: AbortSignal): Promise<Layout> {
    const subject = { groups: this.#groups, neighbours: this.#options.neighbours };
    const ask = (commands: readonly string[]): Promise<readonly Reply[]> =>
      this.#connection.send(commands, signal);
    const [status] = await ask(['show status']);
    return await lookAtLayout(ask, subject, readStatus(requireReply(status)));
  }
}
