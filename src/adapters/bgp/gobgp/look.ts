// Looks at the daemon: what its table holds of our prefixes, how its sessions stand, and what each
// neighbour is sent.

import type {
  Advertisement,
  HeldRoute,
  NeighbourSession,
  SessionState,
} from '../../../domain/route.js';
import type { GobgpClient } from './client.js';
import {
  ADMIN_DOWN,
  TABLE_ADJ_OUT,
  TABLE_GLOBAL,
  type ListPathRequest,
  type Path,
} from './messages.js';
import { canonicalPrefix, readPath, sameAddress, type PathFacts } from './paths.js';
import type { Plan, PlannedPrefix } from './plan.js';

export interface Look {
  readonly held: readonly HeldRoute[];
  readonly sessions: readonly NeighbourSession[];
}

/** PeerState.SessionState by its number. */
const SESSION_STATES: readonly SessionState[] = [
  'unknown',
  'idle',
  'connect',
  'active',
  'open-sent',
  'open-confirm',
  'established',
];

interface PeerFacts {
  readonly session: NeighbourSession;
  readonly external: boolean;
}

export class Observer {
  readonly #client: GobgpClient;
  readonly #plan: Plan;
  readonly #neighbours: readonly string[];

  constructor(client: GobgpClient, plan: Plan, neighbours: readonly string[]) {
    this.#client = client;
    this.#plan = plan;
    this.#neighbours = neighbours;
  }

  isOurs(neighbour: string): boolean {
    return this.#neighbours.some((each) => sameAddress(each, neighbour));
  }

  async look(signal: AbortSignal): Promise<Look> {
    const [peers, paths] = await Promise.all([
      this.#peers(signal),
      this.#paths(this.#plan.lookups({ tableType: TABLE_GLOBAL, name: '' }), signal),
    ]);
    return {
      held: this.#plan.prefixes.map((planned) =>
        this.#held(planned, paths.get(planned.prefix) ?? []),
      ),
      sessions: peers.map(({ session }) => session),
    };
  }

  /** GoBGP works the adj-RIB-out out when asked, from its table, its policy and the session. */
  async readBack(signal: AbortSignal): Promise<readonly Advertisement[]> {
    const peers = await this.#peers(signal);
    const established = peers.filter(({ session }) => session.state === 'established');
    const sent = await Promise.all(established.map((peer) => this.#sentTo(peer, signal)));
    return sent.flat();
  }

  async #peers(signal: AbortSignal): Promise<readonly PeerFacts[]> {
    const replies = await this.#client.listPeers(signal);
    return this.#neighbours.map((neighbour) => {
      const state = replies.find(({ peer }) =>
        sameAddress(peer?.state?.neighborAddress ?? '', neighbour),
      )?.peer?.state;
      return {
        session: {
          neighbour,
          state: SESSION_STATES[state?.sessionState ?? 0] ?? 'unknown',
          // GoBGP 3 has no BFD; one that runs beside it is out of its sight.
          bfd: 'unknown',
          ...(state?.adminState === ADMIN_DOWN ? { disabled: 'by-unknown' } : {}),
        },
        external: state?.localAsn !== state?.peerAsn,
      };
    });
  }

  /** The local paths of our prefixes; one learned from a neighbour is none of our business. */
  async #paths(
    lookups: readonly ListPathRequest[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly PathFacts[]>> {
    const replies = await Promise.all(
      lookups.map((lookup) => this.#client.listPaths(lookup, signal)),
    );
    return new Map(
      replies
        .flat()
        .flatMap(({ destination }) => (destination === null ? [] : [destination]))
        .map(({ prefix, paths }) => [canonicalPrefix(prefix), localPaths(paths)]),
    );
  }

  #held(planned: PlannedPrefix, paths: readonly PathFacts[]): HeldRoute {
    const ranks = paths.map((path) => this.#plan.rankHeld(planned, path));
    return {
      prefix: planned.prefix,
      ranks: ranks.filter((rank) => rank !== undefined),
      foreign: ranks.includes(undefined),
    };
  }

  async #sentTo(
    { session: { neighbour }, external }: PeerFacts,
    signal: AbortSignal,
  ): Promise<readonly Advertisement[]> {
    const lookups = this.#plan.lookups({ tableType: TABLE_ADJ_OUT, name: neighbour });
    const paths = await this.#paths(lookups, signal);
    return this.#plan.prefixes.flatMap((planned) =>
      (paths.get(planned.prefix) ?? []).map((facts) => ({
        neighbour,
        prefix: planned.prefix,
        rank: this.#plan.rankSent(planned, facts, external),
        asPath: facts.asPath,
        communities: facts.communities,
        med: facts.med,
      })),
    );
  }
}

function localPaths(paths: readonly Path[]): readonly PathFacts[] {
  return paths.map(readPath).filter(({ local }) => local);
}
