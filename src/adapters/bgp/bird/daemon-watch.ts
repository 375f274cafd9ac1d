// Looks at BIRD again and again over a connection of its own, so that a look never stands in front
// of a withdraw. The looking also keeps BIRD 2.0 awake: left alone, it can sleep for three seconds
// on the first UPDATE of a new session.

import type { HeldRoute, NeighbourSession, SessionState } from '../../../domain/route.js';
import type { SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';
import { ControlConnection } from './control-connection.js';
import { lookAtLayout, type Layout, type LayoutSubject } from './layout.js';
import {
  readBfdSessions,
  readProtocols,
  readSessionState,
  readStatus,
  requireReply,
  type DaemonStatus,
  type ProtocolState,
} from './readings.js';
import { PROTOCOL_PREFIX, protocolName, type RouteGroup } from './route-group.js';

export interface DaemonWatchOptions extends LayoutSubject {
  readonly socketPath: string;
  readonly clock: Clock;
}

/** A hung daemon is reported long before this; only then is the connection made anew. */
const SILENCE_MS_MAX = 2_000;

/** A lost BFD session takes the BGP session with it, so BFD itself may be looked at rarely. */
const BFD_POLL_EVERY = 20;

interface Poll {
  readonly status: DaemonStatus;
  readonly statics: readonly ProtocolState[];
  readonly bgp: readonly ProtocolState[];
}

export class DaemonWatch {
  readonly #options: DaemonWatchOptions;
  readonly #connection: ControlConnection;
  #layout: Layout | undefined;
  #bfd: ReadonlyMap<string, NeighbourSession['bfd']> = new Map();
  #polls = 0;

  constructor(options: DaemonWatchOptions) {
    this.#options = options;
    this.#connection = new ControlConnection({
      socketPath: options.socketPath,
      commandMsMax: SILENCE_MS_MAX,
    });
  }

  /** What the last look found in BIRD's file, or undefined when there was none. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  /** Rejects with SpeakerError when BIRD does not answer. */
  async look(signal: AbortSignal): Promise<SpeakerReport> {
    let poll = await this.#poll(signal);
    let layout = this.#layout;
    if (layout === undefined || !isSameStatus(layout.status, poll.status)) {
      layout = await lookAtLayout(this.#connection, this.#options, poll.status, signal);
      this.#layout = layout;
      poll = await this.#poll(signal);
    }
    return {
      daemon: 'up',
      atMs: this.#options.clock.nowMs(),
      instance: `${poll.status.rebootedAt} #${this.#connection.endings}`,
      held: this.#options.groups.flatMap((group) => heldRoutes(group, poll.statics, layout)),
      sessions: this.#options.neighbours.map(({ address }) => ({
        neighbour: address,
        state: sessionState(address, layout, poll.bgp),
        bfd: this.#bfd.get(address) ?? 'off',
      })),
    };
  }

  close(): void {
    this.#connection.close();
    this.#layout = undefined;
  }

  async #poll(signal: AbortSignal): Promise<Poll> {
    const bgpNames = this.#layout?.bgp.map(({ name }) => name) ?? [];
    const withBfd = this.#polls % BFD_POLL_EVERY === 0;
    this.#polls += 1;
    const replies = await this.#connection.send(
      [
        'show status',
        `show protocols "${PROTOCOL_PREFIX}*"`,
        ...(withBfd ? ['show bfd sessions'] : []),
        ...bgpNames.map((name) => `show protocols "${name}"`),
      ],
      signal,
    );
    const rest = [...replies];
    const status = readStatus(requireReply(rest.shift()));
    const statics = readProtocols(requireReply(rest.shift()));
    if (withBfd) {
      this.#bfd = readBfdSessions(requireReply(rest.shift()));
    }
    return { status, statics, bgp: rest.flatMap(readProtocols) };
  }
}

function isSameStatus(left: DaemonStatus, right: DaemonStatus): boolean {
  return left.rebootedAt === right.rebootedAt && left.reconfiguredAt === right.reconfiguredAt;
}

/** A route of a protocol that does not fit the configuration is foreign: its prefixes are not ours. */
function heldRoutes(
  group: RouteGroup,
  statics: readonly ProtocolState[],
  layout: Layout,
): readonly HeldRoute[] {
  const up = new Set(statics.filter(({ state }) => state === 'up').map(({ name }) => name));
  const ranks = group.ranks.filter((rank) => up.has(protocolName(group, rank)));
  const foreign = ranks.some((rank) => layout.misfits.has(protocolName(group, rank)));
  return group.prefixes.map((prefix) => ({ prefix, ranks, foreign }));
}

/** Two protocols may lead to one neighbour; the neighbour is as well off as the worse of them. */
function sessionState(
  address: string,
  layout: Layout,
  rows: readonly ProtocolState[],
): SessionState {
  const names = layout.bgp.filter(({ neighbour }) => neighbour === address).map(({ name }) => name);
  const states = rows.filter(({ name }) => names.includes(name)).map(readSessionState);
  return states.find((state) => state !== 'established') ?? states[0] ?? 'unknown';
}
