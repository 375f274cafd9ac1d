// Every order of faults, one at most in a tick, to a given depth. States that differ in nothing
// that the core looks at are visited once.

import type { State } from '../../src/domain/machine.js';
import {
  healthyPair,
  pass,
  restarted,
  TICK_MS,
  type Broken,
  type Host,
  type Pair,
} from './model.js';

/** What may happen before a tick; undefined where it cannot. */
type Action = (pair: Pair) => Pair | undefined;

const HOST_ACTIONS: Readonly<Record<string, (host: Host, index: 0 | 1, nowMs: number) => Host>> = {
  'relay dies or is started': (host) => ({ ...host, relay: host.relay === 'dead' ? 'up' : 'dead' }),
  'relay hangs or goes on': (host) => ({ ...host, relay: host.relay === 'up' ? 'hung' : 'up' }),
  'media dies or comes back': (host) => ({
    ...host,
    relay: host.relay === 'up' ? 'mute' : 'up',
  }),
  'link is cut or healed': (host) => ({ ...host, linkCut: !host.linkCut }),
  'daemon dies or is started': (host) => ({
    ...host,
    daemonUp: !host.daemonUp,
    table: 'withdrawn',
  }),
  'sidecar is restarted': restarted,
  'drained or released': (host, _index, nowMs) => drain(host, nowMs),
};

const ACTIONS: Readonly<Record<string, Action>> = {
  'a tick passes': (pair) => pair,
  'four ticks pass': (pair) => [1, 2, 3].reduce((next) => pass(next).pair, pair),
  'both relays hang at once': (pair) => ({
    ...pair,
    hosts: [hung(pair.hosts[0]), hung(pair.hosts[1])],
  }),
  'the other one asks first': (pair) => ({ ...pair, standbyAsksFirst: !pair.standbyAsksFirst }),
  'primary hangs or goes on': (pair) =>
    pair.primary === 'dead'
      ? undefined
      : { ...pair, primary: pair.primary === 'up' ? 'hung' : 'up' },
  'primary dies or is started': (pair) => ({
    ...pair,
    primary: pair.primary === 'dead' ? 'up' : 'dead',
  }),
  ...Object.fromEntries(
    ([0, 1] as const).flatMap((index) =>
      Object.entries(HOST_ACTIONS).map(([name, act]): [string, Action] => [
        `${index === 0 ? 'a' : 'b'}: ${name}`,
        (pair) => onHost(pair, index, act),
      ]),
    ),
  ),
};

export interface Exploration {
  readonly depth: number;
  readonly actions: number;
  readonly states: number;
  readonly transitions: number;
  readonly broken: readonly { readonly promise: Broken; readonly path: readonly string[] }[];
}

interface Visit {
  readonly pair: Pair;
  readonly path: readonly string[];
}

export function explore(depth: number): Exploration {
  const seen = new Set<string>();
  const broken: Exploration['broken'][number][] = [];
  let frontier: readonly Visit[] = [{ pair: healthyPair(), path: [] }];
  let transitions = 0;
  for (let level = 0; level < depth; level += 1) {
    const next: Visit[] = [];
    for (const visit of frontier) {
      for (const [name, act] of Object.entries(ACTIONS)) {
        const struck = act(visit.pair);
        if (struck === undefined) {
          continue;
        }
        transitions += 1;
        const path = [...visit.path, name];
        const { pair, broken: here } = pass(struck);
        broken.push(...here.map((promise) => ({ promise, path })));
        const key = keyOf(pair);
        if (!seen.has(key)) {
          seen.add(key);
          next.push({ pair, path });
        }
      }
    }
    frontier = next;
  }
  return { depth, actions: Object.keys(ACTIONS).length, states: seen.size, transitions, broken };
}

function hung(host: Host): Host {
  return { ...host, relay: 'hung' };
}

function onHost(
  pair: Pair,
  index: 0 | 1,
  act: (host: Host, index: 0 | 1, nowMs: number) => Host,
): Pair {
  const changed = act(pair.hosts[index], index, pair.nowMs);
  const [one, other] = pair.hosts;
  return { ...pair, hosts: index === 0 ? [changed, other] : [one, changed] };
}

function drain(host: Host, nowMs: number): Host {
  const drained = !host.drained;
  const order = { by: 'ann', why: 'kernel', atMs: nowMs, untilMs: undefined };
  const operator = {
    ...host.state.evidence.operator,
    ...(drained ? { drained: order } : { drained: undefined, releasedAtMs: nowMs }),
  };
  const { state } = host;
  return { ...host, drained, state: { ...state, evidence: { ...state.evidence, operator } } };
}

function keyOf({ nowMs, primary, standbyAsksFirst, hosts }: Pair): string {
  return JSON.stringify([primary, standbyAsksFirst, hosts.map((host) => keyOfHost(host, nowMs))]);
}

function keyOfHost(
  { state, relay, linkCut, daemonUp, table, drained }: Host,
  nowMs: number,
): unknown {
  return [relay, linkCut, daemonUp, table, drained, keyOfState(state, nowMs)];
}

/** Longer ago than every wait of the core is all the same. */
const LONG_AGO_MS = 12 * TICK_MS;

function keyOfState({ evidence, convergence, vips, speaker }: State, nowMs: number): unknown {
  const age = (atMs: number | undefined): number | undefined =>
    atMs === undefined ? undefined : Math.min(LONG_AGO_MS, nowMs - atMs);
  const { relay, canary, store, parity, peers, operator } = evidence;
  const { replica, primary } = store;
  return [
    [relay.state, age(relay.stateSinceMs), relay.connection, age(relay.lookedAtMs)],
    [canary.state, age(canary.deadSinceMs), age(canary.soundSinceMs), age(relay.doubtedSinceMs)],
    Object.values(peers).map(({ word, heardAtMs, madeAfterMs }) => [
      [word.relay, word.well, word.vips, age(heardAtMs), age(madeAfterMs)],
    ]),
    [replica.answers, replica.link, age(replica.linkSinceMs)],
    [primary.answers, age(primary.answersSinceMs)],
    [parity.home.proven, parity.standby.proven, age(operator.releasedAtMs)],
    [speaker.daemon, convergence.phase, Math.min(convergence.failures, 6)],
    Math.max(0, convergence.retryAtMs - nowMs),
    Object.values(vips).map(({ rank, reason, fitSinceMs, holdOff, risesAtMs }) => [
      [rank, reason, age(fitSinceMs), age(risesAtMs)],
      // The account with the router halves in a quarter of an hour: to the nearest hundred here.
      [Math.min(holdOff.strikes, 4), age(holdOff.lastFallAtMs), Math.round(holdOff.penalty / 100)],
    ]),
  ];
}
