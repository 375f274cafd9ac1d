// From what the daemon holds to what it should hold, as ordered steps that widen before they
// narrow: a prefix that changes its rank always has a path while it does.

import type { DesiredRoute, HeldRoute } from './route.js';

/**
 * `withdraw` leaves the prefix with no path, `announce` adds the path of a rank, `retire` removes
 * a path that another one has taken over from. A daemon in which an announcement replaces the
 * earlier one (GoBGP) has nothing to do for `retire`.
 */
export interface RouteStep {
  readonly kind: 'withdraw' | 'announce' | 'retire';
  readonly vip: string;
  readonly prefix: string;
  readonly rank: number;
}

/**
 * The steps in the order of their urgency: withdrawals first, since traffic is being lost, then
 * announcements, then the paths that these have replaced. Empty when nothing is to be done.
 */
export function planSteps(
  desired: readonly DesiredRoute[],
  held: readonly HeldRoute[],
): readonly RouteStep[] {
  const heldRanks = new Map(held.map((route) => [route.prefix, route.ranks]));
  const withdraw: RouteStep[] = [];
  const announce: RouteStep[] = [];
  const retire: RouteStep[] = [];
  for (const { vip, prefix, rank } of desired) {
    const ranks = heldRanks.get(prefix) ?? [];
    if (rank === 'withdrawn') {
      withdraw.push(...ranks.map((each) => step('withdraw', vip, prefix, each)));
      continue;
    }
    if (!ranks.includes(rank)) {
      announce.push(step('announce', vip, prefix, rank));
    }
    const others = ranks.filter((each) => each !== rank);
    retire.push(...others.map((each) => step('retire', vip, prefix, each)));
  }
  return [...withdraw, ...announce, ...retire];
}

/** True when the daemon holds exactly what is desired for these prefixes. */
export function isInPlace(desired: readonly DesiredRoute[], held: readonly HeldRoute[]): boolean {
  const routes = new Map(held.map((route) => [route.prefix, route]));
  return desired.every(({ prefix, rank }) => {
    const route = routes.get(prefix);
    if (route === undefined) {
      return rank === 'withdrawn';
    }
    return (
      !route.foreign &&
      route.ranks.length === (rank === 'withdrawn' ? 0 : 1) &&
      (rank === 'withdrawn' || route.ranks[0] === rank)
    );
  });
}

function step(kind: RouteStep['kind'], vip: string, prefix: string, rank: number): RouteStep {
  return { kind, vip, prefix, rank };
}
