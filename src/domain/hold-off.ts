// How long a VIP waits before it rises again. Two reasons to wait, and the longer one counts:
//
// - Every fall doubles the wait, starting from `settle`; a quiet `max-hold` forgets one fall.
// - Route flap damping (RFC 2439): a router that damps adds a penalty for every change, lets it
//   halve in 15 minutes and mutes the prefix above a threshold. A rise waits until the withdrawal that
//   may follow it could not earn that, and a demotion is made only where there is room for the same
//   (one-step-fall.ts). Nobody's calls return sooner through a muted prefix.
//
// `max-hold` is the limit of both. A person's release waives the wait, not the settling. A relay that
// comes back to an address that nobody is known to carry does not wait for damping at all.

import { LONE_HOLD_MS, type Policy } from './policy.js';
import { compareRanks, type Rank } from './rank.js';

export interface HoldOff {
  /** Falls that are not forgotten yet. */
  readonly strikes: number;
  readonly lastFallAtMs: number | undefined;
  /** It has not risen since: another step down belongs to the same fall. */
  readonly falling: boolean;
  /** What a damping router has on its account, at `penaltyAtMs`. */
  readonly penalty: number;
  readonly penaltyAtMs: number;
}

export interface Rise {
  readonly from: Rank;
  readonly to: Rank;
}

export type HoldOffPolicy = Pick<Policy, 'settleMs' | 'maxHoldMs'>;

/** The usual values of routers that damp: Cisco's and Juniper's defaults (RIPE-580). */
const PENALTY_WITHDRAWAL = 1_000;
const PENALTY_ATTRIBUTES = 500;
const PENALTY_SUPPRESS = 2_000;
const PENALTY_HALF_LIFE_MS = 900_000;

export const NO_FALLS: HoldOff = {
  strikes: 0,
  lastFallAtMs: undefined,
  falling: false,
  penalty: 0,
  penaltyAtMs: 0,
};

/** Every change is on the router's account; only a fall is a strike. */
export function noteChange(
  holdOff: HoldOff,
  change: Rise & { readonly fall: boolean },
  nowMs: number,
  policy: HoldOffPolicy,
): HoldOff {
  const penalised = {
    ...holdOff,
    penalty: penaltyAt(holdOff, nowMs) + penaltyOf(change),
    penaltyAtMs: nowMs,
  };
  const { falling } = holdOff;
  if (!change.fall) {
    return { ...penalised, falling: falling && compareRanks(change.to, change.from) > 0 };
  }
  return {
    ...penalised,
    strikes: strikesAt(holdOff, nowMs, policy) + (falling ? 0 : 1),
    lastFallAtMs: nowMs,
    falling: true,
  };
}

/** Until when earlier falls keep this rise back; undefined when they do not, or not any more. */
export function holdsUntilMs(
  holdOff: HoldOff,
  rise: Rise,
  nowMs: number,
  policy: HoldOffPolicy,
): number | undefined {
  if (holdOff.lastFallAtMs === undefined) {
    return undefined;
  }
  const strikes = strikesAt(holdOff, nowMs, policy);
  const doubledMs = strikes === 0 ? 0 : policy.settleMs * 2 ** (strikes - 1);
  const longestMs = Math.max(holdOff.lastFallAtMs + doubledMs, dampedUntilMs(holdOff, rise));
  const untilMs = Math.min(longestMs, holdOff.lastFallAtMs + policy.maxHoldMs);
  return nowMs < untilMs ? untilMs : undefined;
}

/** The same for a return to the demoted rank while it is not known whether anybody else is there. */
export function holdsAloneUntilMs(
  holdOff: HoldOff,
  rise: Rise,
  nowMs: number,
  policy: HoldOffPolicy,
): number | undefined {
  const untilMs = holdsUntilMs(holdOff, rise, nowMs, policy);
  if (untilMs === undefined || holdOff.lastFallAtMs === undefined) {
    return undefined;
  }
  const doublings = Math.max(0, strikesAt(holdOff, nowMs, policy) - 1);
  const aloneUntilMs = Math.min(untilMs, holdOff.lastFallAtMs + LONE_HOLD_MS * 2 ** doublings);
  return nowMs < aloneUntilMs ? aloneUntilMs : undefined;
}

function strikesAt(holdOff: HoldOff, nowMs: number, policy: HoldOffPolicy): number {
  const quietMs = nowMs - (holdOff.lastFallAtMs ?? nowMs);
  return Math.max(0, holdOff.strikes - Math.floor(quietMs / policy.maxHoldMs));
}

/** Whether this fall stays below the threshold, and after a demotion the withdrawal that may follow. */
export function hasRoomFor(holdOff: HoldOff, fall: Rise, nowMs: number): boolean {
  const next = fall.to === 'withdrawn' ? 0 : PENALTY_WITHDRAWAL;
  return penaltyAt(holdOff, nowMs) + penaltyOf(fall) + next < PENALTY_SUPPRESS;
}

/** When the account is low enough for this rise and a withdrawal to come on top. */
function dampedUntilMs(holdOff: HoldOff, rise: Rise): number {
  const room = PENALTY_SUPPRESS - PENALTY_WITHDRAWAL - penaltyOf(rise);
  const halvings = Math.log2(holdOff.penalty / room);
  return holdOff.penaltyAtMs + Math.max(0, halvings) * PENALTY_HALF_LIFE_MS;
}

function penaltyAt(holdOff: HoldOff, nowMs: number): number {
  return holdOff.penalty * 2 ** ((holdOff.penaltyAtMs - nowMs) / PENALTY_HALF_LIFE_MS);
}

/** The return of a withdrawn route costs nothing, its withdrawal and a change of attributes do. */
function penaltyOf({ from, to }: Rise): number {
  if (to === 'withdrawn') {
    return PENALTY_WITHDRAWAL;
  }
  return from === 'withdrawn' ? 0 : PENALTY_ATTRIBUTES;
}
