// The routes that the claims of the contract suite speak of, and the words they use.

import assert from 'node:assert/strict';

import type { Rank } from '../../src/domain/rank.js';
import type { DesiredRoute, Vip } from '../../src/domain/route.js';
import type { ObservedSpeaker } from './observed-speaker.js';
import type { RoutedBench } from './speaker-bench.js';
import { HOME_VIP, STANDBY_VIP } from './speaker-bench.js';

export const HOME = 0;
export const HOME_DEMOTED = 2;
export const READY = 1;
export const NOT_READY = 3;

export const [V4 = '', V6 = ''] = HOME_VIP.prefixes;
export const [STANDBY_V4 = ''] = STANDBY_VIP.prefixes;

export const NOTICE_MS_MAX = 1_000;

/** Long enough for anything that is still under way to arrive at the router. */
export const QUIET_MS = 300;

/** What a claim works on; the suite sets it before every claim. */
export class Stage {
  #bench: RoutedBench | undefined;
  #observed: ObservedSpeaker | undefined;

  get bench(): RoutedBench {
    assert.ok(this.#bench !== undefined, 'the bench is started by the suite');
    return this.#bench;
  }

  set bench(bench: RoutedBench) {
    this.#bench = bench;
  }

  get observed(): ObservedSpeaker {
    assert.ok(this.#observed !== undefined, 'a speaker is opened for every claim');
    return this.#observed;
  }

  set observed(observed: ObservedSpeaker) {
    this.#observed = observed;
  }
}

export function home(rank: Rank): readonly DesiredRoute[] {
  return routes(HOME_VIP, rank);
}

export function standby(rank: Rank): readonly DesiredRoute[] {
  return routes(STANDBY_VIP, rank);
}

export function everything(rank: Rank): readonly DesiredRoute[] {
  return [...home(rank), ...standby(rank)];
}

export function routes(vip: Vip, rank: Rank): readonly DesiredRoute[] {
  return vip.prefixes.map((prefix) => ({ vip: vip.name, prefix, rank }));
}

export function lostPaths(bench: RoutedBench, mark: number): readonly string[] {
  return bench.router
    .notesSince(mark)
    .filter(({ kind }) => kind === 'path-lost')
    .map(({ prefix }) => prefix);
}

export function same(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((each, index) => each === right[index]);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A generous bound: the drivers' own deadlines are far shorter. */
export async function within(what: string, work: Promise<void>): Promise<void> {
  const startedAtMs = performance.now();
  await work;
  const tookMs = performance.now() - startedAtMs;
  assert.ok(tookMs < 3_000, `${what} held the call up for ${tookMs} ms`);
}
