// How a rank is written into a route and read out of it again. The three ways cover networks that
// compare AS-path length (the default, works between any two AS), MED or LOCAL_PREF.

import { announceableRanks, isDemoted, type Role } from './rank.js';

export type RankBy = 'as-path' | 'med' | 'local-pref';

/** GRACEFUL_SHUTDOWN, RFC 8326: a router that honours it gives the route LOCAL_PREF 0. */
export const GRACEFUL_SHUTDOWN = '65535:0';

/** MED and LOCAL_PREF move in steps, so that an operator can put routes of his own in between. */
const MED_STEP = 100;
const LOCAL_PREF_BEST = 200;
const LOCAL_PREF_STEP = 10;

/** What a route of a rank carries besides origin and next hop. */
export interface RankAttributes {
  /** How often the local AS stands in the path in addition to the eBGP session's own prepend. */
  readonly prepends: number;
  readonly med: number | undefined;
  readonly localPref: number | undefined;
  readonly communities: readonly string[];
}

export function attributesFor(role: Role, rank: number, by: RankBy): RankAttributes {
  return {
    prepends: by === 'as-path' ? rank : 0,
    med: by === 'med' ? rank * MED_STEP : undefined,
    localPref: by === 'local-pref' ? LOCAL_PREF_BEST - rank * LOCAL_PREF_STEP : undefined,
    communities: isDemoted(role, rank) ? [GRACEFUL_SHUTDOWN] : [],
  };
}

/** The rank of this role whose attributes are exactly these, or undefined when there is none. */
export function rankOf(role: Role, attributes: RankAttributes, by: RankBy): number | undefined {
  return announceableRanks(role).find((rank) =>
    sameAttributes(attributesFor(role, rank, by), attributes, by),
  );
}

function sameAttributes(left: RankAttributes, right: RankAttributes, by: RankBy): boolean {
  return (
    sameMeasure(left, right, by) &&
    left.communities.includes(GRACEFUL_SHUTDOWN) === right.communities.includes(GRACEFUL_SHUTDOWN)
  );
}

function sameMeasure(left: RankAttributes, right: RankAttributes, by: RankBy): boolean {
  switch (by) {
    case 'as-path':
      return left.prepends === right.prepends;
    case 'med':
      return left.med === right.med;
    case 'local-pref':
      return left.localPref === right.localPref;
  }
}
