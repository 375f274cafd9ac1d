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
import type { Policy } from './policy.js';
import { announceableRanks, compareRanks, type Rank } from './rank.js';
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
 * said so after that began, and that it is well itself.
 */
function onlyTheDeadWithdraw(moment: Moment, { vips, node }: Policy): boolean {
  const { relay, stopping } = moment.after.evidence;
  return changesIn(moment).every(
    ({ vip, to }) =>
      to !== 'withdrawn' ||
      relay.state === 'dead' ||
      stopping === 'withdraw' ||
      (isHome(vips, vip) && isLetGo(moment.after, vip, node)),
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
      word.relay === 'alive' &&
      word.well === true &&
      word.vips.some(({ name, of, rank }) => name === vip && of === node && rank !== 'withdrawn') &&
      madeAfterMs !== undefined &&
      madeAfterMs >= illSinceMs,
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
