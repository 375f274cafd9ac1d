// What is promised whatever happens, each promise written once, as a predicate over a run of the
// core or over what the hosts of a pair announce together. The explorer and the property tests
// look at nothing else; the simulator has checkers of its own, which do not know these.

import {
  step,
  desiredRoutes,
  type Change,
  type Effect,
  type Event,
  type State,
} from './machine.js';
import type { PeerWord } from './evidence.js';
import { NO_FALLS } from './hold-off.js';
import type { Policy } from './policy.js';
import { announceableRanks, compareRanks, rankFor, type Rank } from './rank.js';
import type { Reason } from './reasons.js';

/** One run of the core. */
export interface Moment {
  readonly event: Event;
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
}

type Holds = (moment: Moment, policy: Policy) => boolean;

/** Each with the sentence that is true of every run of the core. */
export const INVARIANTS = {
  'the-dead-are-withdrawn': theDeadAreWithdrawn,
  'only-the-dead-withdraw': onlyTheDeadWithdraw,
  'a-shared-cause-moves-nothing': aSharedCauseMovesNothing,
  'a-rise-waits-for-settle': aRiseWaitsForSettle,
  'a-rise-leaves-room': aRiseLeavesRoom,
  'a-change-is-declared-at-once': aChangeIsDeclaredAtOnce,
  'only-configured-routes': onlyConfiguredRoutes,
  'only-the-dead-are-cut-off': onlyTheDeadAreCutOff,
} as const satisfies Readonly<Record<string, Holds>>;

export type Invariant = keyof typeof INVARIANTS;

/** The promises that this run of the core breaks; none, one hopes. */
export function brokenIn(moment: Moment, policy: Policy): readonly Invariant[] {
  const names = Object.keys(INVARIANTS) as Invariant[];
  return names.filter((name) => !INVARIANTS[name](moment, policy));
}

/**
 * In the very run that sees the death, every route that is known goes, and stays away while the
 * relay is dead, unless a person has frozen even that. So the bound is detection plus command.
 */
function theDeadAreWithdrawn({ after }: Moment): boolean {
  const { relay, operator } = after.evidence;
  const ranks = Object.values(after.vips).map(({ rank }) => rank);
  return (
    relay.state !== 'dead' ||
    operator.frozen?.evenDead === true ||
    ranks.every((rank) => rank === undefined || rank === 'withdrawn')
  );
}

/**
 * Redis, neighbours and counts may demote; they never leave a prefix without a path. A relay that
 * hangs, or whose media is dead, is withdrawn as the home of an address that a peer carries: the peer
 * said so after that began, and that it is well itself. So is a home that would be demoted, where
 * its account has no room for that and a peer has just said that it is ready.
 */
function onlyTheDeadWithdraw(moment: Moment, { vips, node }: Policy): boolean {
  const { relay, stopping } = moment.after.evidence;
  return changesIn(moment).every(
    (change) =>
      change.to !== 'withdrawn' ||
      relay.state === 'dead' ||
      stopping === 'withdraw' ||
      (isHome(vips, change.vip) &&
        (isLetGo(moment.after, change.vip, node) || isSpared(moment, change, node))),
  );
}

function isSpared({ before, after }: Moment, { vip, from }: Change, node: string): boolean {
  return (
    from === 0 &&
    penaltyOf(before, vip, after.nowMs) + 500 >= 1_000 &&
    Object.values(after.evidence.peers).some(
      ({ word, heardAtMs, madeAfterMs }) =>
        isSaidBy(word, { vip, node }) &&
        madeAfterMs !== undefined &&
        after.nowMs - heardAtMs <= 1_000,
    )
  );
}

/** What stands on the account of a router that damps: RFC 2439 with the usual values. */
function penaltyOf({ vips }: State, vip: string, nowMs: number): number {
  const { penalty, penaltyAtMs } = vips[vip]?.holdOff ?? NO_FALLS;
  return penalty * 0.5 ** ((nowMs - penaltyAtMs) / 900_000);
}

/** The peer is well and announces the address of this node. */
function isSaidBy(
  word: PeerWord,
  address: { readonly vip: string; readonly node: string },
): boolean {
  const { vip, node } = address;
  return (
    word.relay === 'alive' &&
    word.well === true &&
    word.vips.some(({ name, of, rank }) => name === vip && of === node && rank !== 'withdrawn')
  );
}

function isHome(vips: Policy['vips'], name: string): boolean {
  return vips.some((vip) => vip.name === name && vip.role.kind === 'home');
}

function isLetGo({ evidence }: State, vip: string, node: string): boolean {
  const { canary, relay, peers } = evidence;
  if (canary.deadSinceMs === undefined) {
    return false;
  }
  const doubts = [relay.doubtedSinceMs, canary.doubtedSinceMs].filter((each) => each !== undefined);
  const illSinceMs = Math.min(...doubts);
  return Object.values(peers).some(
    ({ word, madeAfterMs }) =>
      isSaidBy(word, { vip, node }) && madeAfterMs !== undefined && madeAfterMs >= illSinceMs,
  );
}

/** What every host sees when the primary is gone for all of them. */
const SHARED_CAUSES: readonly Reason[] = [
  'unprotected',
  'standbys-unready',
  'replica-link-down',
  'replica-behind',
];

function aSharedCauseMovesNothing(moment: Moment): boolean {
  const { primary } = moment.after.evidence.store;
  const falls = changesIn(moment).filter(({ from, to }) => compareRanks(to, from) > 0);
  return primary.answers === true || falls.every(({ reason }) => !SHARED_CAUSES.includes(reason));
}

function aRiseWaitsForSettle(moment: Moment, { settleMs }: Policy): boolean {
  const { evidence, nowMs } = moment.after;
  const rises = changesIn(moment).some(({ from, to }) => compareRanks(to, from) < 0);
  const { state, stateSinceMs } = evidence.relay;
  return !rises || (state === 'alive' && nowMs - stateSinceMs >= settleMs);
}

/**
 * A host that takes its place again could be withdrawn at once and would not be muted, unless a
 * person has released it or it has waited for as long as it may.
 */
function aRiseLeavesRoom(moment: Moment, { maxHoldMs, vips }: Policy): boolean {
  const { before, after } = moment;
  const { releasedAtMs = -Infinity } = after.evidence.operator;
  return changesIn(moment).every(({ vip, from, to }) => {
    const { lastFallAtMs = -Infinity } = before.vips[vip]?.holdOff ?? NO_FALLS;
    const waived = releasedAtMs >= lastFallAtMs || after.nowMs >= lastFallAtMs + maxHoldMs;
    const serves = vips.some(({ name, role }) => name === vip && to === rankFor(role, 'serving'));
    const rises = serves && compareRanks(to, from) < 0;
    return !rises || waived || penaltyOf(after, vip, after.nowMs) <= 1_000;
  });
}

/** Nothing is asked of Redis on the way from a verdict to the daemon: a hung one delays nothing. */
function aChangeIsDeclaredAtOnce(moment: Moment, policy: Policy): boolean {
  if (changesIn(moment).length === 0) {
    return true;
  }
  const desired = JSON.stringify(desiredRoutes(moment.after, policy));
  return declared(moment).some((routes) => JSON.stringify(routes) === desired);
}

function onlyConfiguredRoutes(moment: Moment, { vips }: Policy): boolean {
  return declared(moment)
    .flat()
    .every(({ prefix, rank }) => {
      const vip = vips.find(({ prefixes }) => prefixes.includes(prefix));
      return (
        vip !== undefined && (rank === 'withdrawn' || announceableRanks(vip.role).includes(rank))
      );
    });
}

/** What costs more than our own routes is for a host that can serve none of them. */
function onlyTheDeadAreCutOff({ after, effects }: Moment): boolean {
  const acts = effects.flatMap((effect) => (effect.kind === 'escalate' ? [effect.act] : []));
  return (
    acts.every((act) => act === 'enable-neighbour') ||
    (after.evidence.relay.state === 'dead' &&
      Object.values(after.vips).every(({ rank }) => rank === 'withdrawn'))
  );
}

/** The same event in the same state earns the same decision, byte for byte. */
export function isTheSameAgain({ before, event, after, effects }: Moment, policy: Policy): boolean {
  return JSON.stringify(step(before, event, policy)) === JSON.stringify({ state: after, effects });
}

/** The most changes that lie within one window of this length. */
export function busiestWindow(changesAtMs: readonly number[], windowMs: number): number {
  const counts = changesAtMs.map(
    (fromMs) => changesAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + windowMs).length,
  );
  return Math.max(0, ...counts);
}

/** A host of a VIP as somebody sees it who knows the truth about its relay. */
export interface HostView {
  readonly state: State;
  readonly vip: string;
  /** The relay's process lives. */
  readonly relayLives: boolean;
  /** And it answers: neither it nor what it waits for hangs. */
  readonly relayAnswers: boolean;
  /** The daemon and the sidecar run, and have seen all there is to see. */
  readonly acts: boolean;
  /** What the router is sent. */
  readonly announced: Rank;
}

/** The router's choice: the lowest rank, of equal ones the first. */
export function chosenOf(hosts: readonly HostView[]): HostView | undefined {
  return hosts
    .filter(({ announced }) => announced !== 'withdrawn')
    .reduce<HostView | undefined>(
      (best, host) =>
        best === undefined || compareRanks(host.announced, best.announced) < 0 ? host : best,
      undefined,
    );
}

export const PAIR_INVARIANTS = {
  'the-router-picks-the-living': routerPicksTheLiving,
  'somebody-alive-announces': somebodyAliveAnnounces,
} as const;

export type PairInvariant = keyof typeof PAIR_INVARIANTS;

export function brokenAmong(hosts: readonly HostView[]): readonly PairInvariant[] {
  const names = Object.keys(PAIR_INVARIANTS) as PairInvariant[];
  return names.filter((name) => !PAIR_INVARIANTS[name](hosts));
}

/** Only a host on which nobody can act is ever chosen although its relay is dead. */
function routerPicksTheLiving(hosts: readonly HostView[]): boolean {
  const chosen = chosenOf(hosts);
  return chosen === undefined || chosen.relayLives || !chosen.acts;
}

/**
 * A host whose relay answers and that can act announces something, unless it comes back from
 * withdrawal and its rise is still to come. So a VIP is without a path only while every living
 * relay of it settles or is held off, and never longer than the longest of these waits.
 */
function somebodyAliveAnnounces(hosts: readonly HostView[]): boolean {
  const able = hosts.filter((host) => host.relayAnswers && host.acts && !isReturning(host));
  return (
    able.length === 0 || hosts.some((host) => host.relayLives && host.announced !== 'withdrawn')
  );
}

function isReturning({ state, vip }: HostView): boolean {
  const known = state.vips[vip];
  return known === undefined || known.rank === undefined || known.risesAtMs !== undefined;
}

function changesIn({ effects }: Moment): readonly Change[] {
  return effects.flatMap((effect) => (effect.kind === 'decided' ? effect.changes : []));
}

function declared({ effects }: Moment): readonly Extract<Effect, { kind: 'declare' }>['routes'][] {
  return effects.flatMap((effect) => (effect.kind === 'declare' ? [effect.routes] : []));
}
