// How good this host is for one VIP now, lower is better. The rank travels in the route, and the
// router's best-path choice is the election (DESIGN.md, part 2: "the route is the vote").

/** A place in the router's choice, or no route at all. */
export type Rank = number | 'withdrawn';

/** The part this host plays for a VIP among its `standbys` standby hosts (1 for a pair). */
export type Role =
  | { readonly kind: 'home'; readonly standbys: number }
  | {
      readonly kind: 'standby';
      readonly of: string;
      readonly order: number;
      readonly standbys: number;
    };

/** What a rank means for a role; the router only sees the number. */
export type Standing = 'serving' | 'fallback' | 'withdrawn';

/** The name of a rank, as shown to people. */
export type RankName =
  'home' | 'home-demoted' | 'standby-ready' | 'standby-not-ready' | 'withdrawn';

/** The rank for a standing: home 0 or n + 1, standby k either k or n + 1 + k. */
export function rankFor(role: Role, standing: Standing): Rank {
  if (standing === 'withdrawn') {
    return 'withdrawn';
  }
  const place = role.kind === 'home' ? 0 : role.order;
  return standing === 'serving' ? place : role.standbys + 1 + place;
}

/** Every rank that this role may announce, best first. */
export function announceableRanks(role: Role): readonly number[] {
  const place = role.kind === 'home' ? 0 : role.order;
  return [place, role.standbys + 1 + place];
}

/** The standing that a rank stands for, or undefined for a rank that this role never holds. */
export function standingOf(role: Role, rank: Rank): Standing | undefined {
  if (rank === 'withdrawn') {
    return 'withdrawn';
  }
  const [serving, fallback] = announceableRanks(role);
  if (rank === serving) {
    return 'serving';
  }
  return rank === fallback ? 'fallback' : undefined;
}

export function rankName(role: Role, rank: Rank): RankName {
  if (rank === 'withdrawn') {
    return 'withdrawn';
  }
  const serving = rank === rankFor(role, 'serving');
  if (role.kind === 'home') {
    return serving ? 'home' : 'home-demoted';
  }
  return serving ? 'standby-ready' : 'standby-not-ready';
}

/** True for the ranks that carry GRACEFUL_SHUTDOWN: the host asks not to be chosen. */
export function isDemoted(role: Role, rank: Rank): boolean {
  return standingOf(role, rank) === 'fallback';
}

/** Negative when `left` is the better rank, positive when `right` is, 0 when they are the same. */
export function compareRanks(left: Rank, right: Rank): number {
  return rankValue(left) - rankValue(right);
}

function rankValue(rank: Rank): number {
  return rank === 'withdrawn' ? Number.MAX_SAFE_INTEGER : rank;
}
