// Looks at BIRD again and again over a connection of its own, so that a look never stands in front
// of a withdraw. The looking also keeps BIRD 2.0 awake: left alone, it can sleep for three seconds
// on the first UPDATE of a new session.

import type { HeldRoute, NeighbourSession, SessionState } from '../../../domain/route.js';
import type { SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';
import { ControlConnection, type ControlOptions } from './control-connection.js';
import { lookAtLayout, type Layout, type LayoutSubject } from './layout.js';
import {
  readBfdSessions,
  readBgpProtocols,
  readProtocols,
  readSessionState,
  readStatus,
  requireReply,
  type BgpProtocol,
  type DaemonStatus,
  type ProtocolState,
} from './readings.js';
import { isOurs } from './neighbour-switch.js';
import { isRefusal, type Reply } from './reply-reader.js';
import { protocolName, type RouteGroup } from './route-group.js';

export interface DaemonWatchOptions extends LayoutSubject, ControlOptions {
  readonly clock: Clock;
}

/**
 * A look is thorough so often, and whenever it found a change. BFD needs no more: a lost BFD session
 * takes the BGP session with it. A reconfiguration that matters changes a row at once.
 */
const THOROUGH_LOOK_EVERY_MS = 2_000;

/**
 * Makes BIRD announce these lines of its log on this connection: among them are "Enabling protocol",
 * "Disabling protocol", "Reconfigured" and the end of a BGP session. Each is a reason to look.
 */
const ECHO = 'echo { info, remote, warning, error, fatal } 4096';

export class DaemonWatch {
  readonly #options: DaemonWatchOptions;
  readonly #connection: ControlConnection;
  #layout: Layout | undefined;
  #report: SpeakerReport | undefined;
  #rows = '';
  #endings = 0;
  #thoroughAtMs = -Infinity;
  #announces = false;

  constructor(options: DaemonWatchOptions) {
    this.#options = options;
    this.#connection = new ControlConnection(options);
  }

  /** What the last look found in BIRD's file, or undefined when there was none. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  /** BIRD tells by itself that something happens; looking seldom is enough. */
  get announces(): boolean {
    return this.#announces;
  }

  /**
   * Returns the same report again when nothing has changed. Rejects with SpeakerError, but sets no
   * deadline: the caller watches over the time and calls `close`.
   */
  async look(): Promise<SpeakerReport> {
    const thoroughIsDue =
      this.#options.clock.nowMs() >= this.#thoroughAtMs + THOROUGH_LOOK_EVERY_MS;
    if (this.#report === undefined || thoroughIsDue) {
      return await this.#lookThoroughly();
    }
    const [protocols] = await this.#connection.ask([SHOW_PROTOCOLS]);
    const changed =
      fingerprint(requireReply(protocols)) !== this.#rows ||
      this.#connection.endings !== this.#endings;
    return changed ? await this.#lookThoroughly() : this.#report;
  }

  /** Makes the next look a thorough one. */
  distrust(): void {
    this.#thoroughAtMs = -Infinity;
  }

  /** Makes the next look a thorough one with a report of its own. */
  forget(): void {
    this.#report = undefined;
  }

  close(): void {
    this.#connection.close();
    this.#layout = undefined;
    this.#announces = false;
    this.forget();
  }

  async #lookThoroughly(): Promise<SpeakerReport> {
    // The time of the question: what it tells may be older than the answer's arrival, but not
    // older than this.
    const atMs = this.#options.clock.nowMs();
    const [echo, status, bfd, protocols] = await this.#connection.ask([
      ECHO,
      'show status',
      'show bfd sessions',
      SHOW_PROTOCOLS,
    ]);
    const layout = await this.#layoutFor(readStatus(requireReply(status)));
    this.#announces = !isRefusal(requireReply(echo));
    this.#thoroughAtMs = atMs;
    this.#rows = fingerprint(requireReply(protocols));
    this.#endings = this.#connection.endings;
    const rows = readProtocols(requireReply(protocols));
    this.#report = this.#reportOn({
      atMs,
      layout,
      rows,
      down: await this.#lookAtDown(layout, rows),
      bfd: readBfdSessions(requireReply(bfd)),
    });
    return this.#report;
  }

  async #layoutFor(status: DaemonStatus): Promise<Layout> {
    if (this.#layout === undefined || !isSameStatus(this.#layout.status, status)) {
      this.#layout = await lookAtLayout(
        (each) => this.#connection.ask(each),
        this.#options,
        status,
      );
    }
    return this.#layout;
  }

  /** The sessions that somebody has taken down, with the comment that tells who. */
  async #lookAtDown(
    { bgp }: Layout,
    rows: readonly ProtocolState[],
  ): Promise<readonly BgpProtocol[]> {
    const down = bgp.filter(({ name }) => rows.some((row) => row.name === name && isDown(row)));
    if (down.length === 0) {
      return [];
    }
    const replies = await this.#connection.ask(
      down.map(({ name }) => `show protocols all "${name}"`),
    );
    return replies.flatMap(readBgpProtocols);
  }

  #reportOn({ atMs, layout, rows, down, bfd }: Findings): SpeakerReport {
    const { groups, neighbours } = this.#options;
    return {
      daemon: 'up',
      atMs,
      instance: `${layout.status.rebootedAt} #${this.#connection.endings}`,
      held: groups.flatMap((group) => heldRoutes(group, rows, layout)),
      sessions: neighbours.map(({ address }) => ({
        neighbour: address,
        state: sessionState(address, layout, rows),
        bfd: bfd.get(address) ?? 'off',
        ...disabledBy(address, layout, down),
      })),
    };
  }
}

interface Findings {
  readonly atMs: number;
  readonly layout: Layout;
  readonly rows: readonly ProtocolState[];
  readonly down: readonly BgpProtocol[];
  readonly bfd: ReadonlyMap<string, NeighbourSession['bfd']>;
}

const SHOW_PROTOCOLS = 'show protocols';

function fingerprint(reply: Reply): string {
  return reply.lines.map(({ text }) => text).join('\n');
}

function isSameStatus(left: DaemonStatus, right: DaemonStatus): boolean {
  return left.rebootedAt === right.rebootedAt && left.reconfiguredAt === right.reconfiguredAt;
}

/** A route of a protocol that does not fit the configuration is foreign: its prefixes are not ours. */
function heldRoutes(
  group: RouteGroup,
  rows: readonly ProtocolState[],
  layout: Layout,
): readonly HeldRoute[] {
  const up = new Set(rows.filter(({ state }) => state === 'up').map(({ name }) => name));
  const ranks = group.ranks.filter((rank) => up.has(protocolName(group, rank)));
  const foreign = ranks.some((rank) => layout.misfits.has(protocolName(group, rank)));
  return group.prefixes.map((prefix) => ({ prefix, ranks, foreign }));
}

function isDown({ state }: ProtocolState): boolean {
  return state === 'down';
}

/** Down are all protocols that lead there; one with our mark is enough to be ours to let up. */
function disabledBy(
  address: string,
  { bgp }: Layout,
  down: readonly BgpProtocol[],
): Pick<NeighbourSession, 'disabled'> {
  const leading = bgp.filter(({ neighbour }) => neighbour === address);
  const found = down.filter(({ neighbour }) => neighbour === address);
  if (found.some(isOurs)) {
    return { disabled: 'by-holdline' };
  }
  return found.length > 0 && found.length === leading.length ? { disabled: 'by-another' } : {};
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
