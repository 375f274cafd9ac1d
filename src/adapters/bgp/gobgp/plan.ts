// What the configuration says of each prefix, ready for use by the calls.

import { attributesFor, rankOf, type RankBy } from '../../../domain/attributes.js';
import { announceableRanks, type Rank, type Role } from '../../../domain/rank.js';
import type { Vip } from '../../../domain/route.js';
import { SpeakerError } from '../../../ports/bgp-speaker.js';
import { familyOf, type FamilyName } from './family.js';
import { addPath, deletePath, type Command } from './interface.js';
import type { ListPathRequest } from './messages.js';
import {
  announcement,
  canonicalPrefix,
  FAMILIES,
  sameAddress,
  withdrawal,
  type PathFacts,
} from './paths.js';

export interface PlanOptions {
  readonly vips: readonly Vip[];
  readonly rankBy: RankBy;
  readonly localAs: number;
  readonly nextHop: { readonly ipv4: string | undefined; readonly ipv6: string | undefined };
}

/** One configured prefix. */
export interface PlannedPrefix {
  readonly prefix: string;
  readonly family: FamilyName;
  readonly role: Role;
  readonly nextHop: string;
  readonly withdraw: Command;
  readonly announce: ReadonlyMap<number, Command>;
}

export class Plan {
  readonly prefixes: readonly PlannedPrefix[];
  readonly families: readonly FamilyName[];
  readonly #byPrefix: ReadonlyMap<string, PlannedPrefix>;
  readonly #options: PlanOptions;

  constructor(options: PlanOptions) {
    this.#options = options;
    this.prefixes = options.vips.flatMap(({ role, prefixes }) =>
      prefixes.map((prefix) => planPrefix(canonicalPrefix(prefix), role, options)),
    );
    this.#byPrefix = new Map(this.prefixes.map((each) => [each.prefix, each]));
    this.families = [...new Set(this.prefixes.map(({ family }) => family))];
  }

  find(prefix: string): PlannedPrefix | undefined {
    return this.#byPrefix.get(prefix);
  }

  /** A prefix or a rank that was never planned is a fault of ours. */
  commandFor(prefix: string, rank: Rank): Command {
    const planned = this.#byPrefix.get(prefix);
    const command = rank === 'withdrawn' ? planned?.withdraw : planned?.announce.get(rank);
    if (command === undefined) {
      throw new RangeError(`${prefix} at rank ${rank} is nothing that is configured here`);
    }
    return command;
  }

  /** The rank that a path in the daemon's table stands for, undefined when it is none of ours. */
  rankHeld({ role, nextHop }: PlannedPrefix, facts: PathFacts): number | undefined {
    return facts.deletable && sameAddress(facts.nextHop, nextHop)
      ? this.#rank(role, facts, 0)
      : undefined;
  }

  /** The rank that a path stands for as a neighbour is sent it, with the session's own prepend. */
  rankSent({ role }: PlannedPrefix, facts: PathFacts, external: boolean): number | undefined {
    return this.#rank(role, facts, external ? 1 : 0);
  }

  /** Asks for our prefixes alone: a full table would keep the daemon from its other work. */
  lookups(table: Pick<ListPathRequest, 'tableType' | 'name'>): readonly ListPathRequest[] {
    return this.families.map((family) => ({
      ...table,
      family: FAMILIES[family],
      prefixes: this.prefixes
        .filter((each) => each.family === family)
        .map(({ prefix }) => ({ prefix, type: 0 })),
    }));
  }

  #rank(role: Role, facts: PathFacts, ownPrepends: number): number | undefined {
    const { localAs, rankBy } = this.#options;
    const { asPath, med, localPref, communities } = facts;
    if (asPath.length < ownPrepends || asPath.some((as) => as !== localAs)) {
      return undefined;
    }
    const prepends = asPath.length - ownPrepends;
    return rankOf(role, { prepends, med, localPref, communities }, rankBy);
  }
}

function planPrefix(prefix: string, role: Role, options: PlanOptions): PlannedPrefix {
  const family = familyOf(prefix);
  const { localAs, rankBy } = options;
  const nextHop = options.nextHop[family];
  if (nextHop === undefined) {
    throw new SpeakerError(
      'daemon-refused',
      `GoBGP takes no path without a next hop: ${prefix} needs bgp.next-hop with an ${family} address`,
      { disposition: 'fatal' },
    );
  }
  const commands = announceableRanks(role).map((rank): [number, Command] => {
    const attributes = attributesFor(role, rank, rankBy);
    return [rank, addPath(announcement({ prefix, attributes, localAs, nextHop }))];
  });
  return {
    prefix,
    family,
    role,
    nextHop,
    withdraw: deletePath(FAMILIES[family], withdrawal(prefix)),
    announce: new Map(commands),
  };
}
