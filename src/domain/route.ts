// Routes as the core sees them: what this host wants to announce, what its daemon holds, and what
// each neighbour is really sent. Prefixes are in canonical form (ipaddr.js, lower case, no host bits).

import type { Rank, Role } from './rank.js';

/** A relay address that this host may announce. */
export interface Vip {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly role: Role;
  /** The Redis database that holds this VIP's sessions. */
  readonly database?: number;
}

/** One prefix of a VIP and the rank that it should be announced with. */
export interface DesiredRoute {
  readonly vip: string;
  readonly prefix: string;
  readonly rank: Rank;
}

/** Every rank with which the daemon holds a path for a configured prefix; usually one or none. */
export interface HeldRoute {
  readonly prefix: string;
  readonly ranks: readonly number[];
  /** A path for the prefix exists whose attributes stand for none of our ranks. */
  readonly foreign: boolean;
}

/** One route of a neighbour's adj-RIB-out, read back from the daemon. */
export interface Advertisement {
  readonly neighbour: string;
  readonly prefix: string;
  /** The rank that the attributes stand for, or undefined when they stand for none of ours. */
  readonly rank: number | undefined;
  /** The AS path as sent, as far as the daemon tells it. */
  readonly asPath: readonly number[];
  /** Communities as `high:low` in decimal. */
  readonly communities: readonly string[];
  readonly med: number | undefined;
}

/** The state of one BGP session, in the words of RFC 4271 section 8.2.2, lower case. */
export type SessionState =
  'idle' | 'connect' | 'active' | 'open-sent' | 'open-confirm' | 'established' | 'unknown';

export interface NeighbourSession {
  readonly neighbour: string;
  readonly state: SessionState;
  readonly bfd: 'up' | 'down' | 'off' | 'unknown';
  /** Present when somebody has taken the session down by hand; `by-unknown` when it cannot be told. */
  readonly disabled?: 'by-holdline' | 'by-another' | 'by-unknown';
}
