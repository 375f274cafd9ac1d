// The contract of every BGP driver (src/ports/bgp-speaker.ts), as claims. `claimsOfEverySpeaker`
// holds for all of them; `claimsOfRoutedSpeakers` needs a real daemon and a real router, and is
// judged by what that router saw.

import assert from 'node:assert/strict';

import type { Rank } from '../../src/domain/rank.js';
import { ObservedSpeaker, heldRanks } from './observed-speaker.js';
import { HOME_VIP } from './speaker-bench.js';
import type { RoutedBench, SpeakerBench } from './speaker-bench.js';
import {
  HOME,
  HOME_DEMOTED,
  NOT_READY,
  QUIET_MS,
  READY,
  STANDBY_V4,
  Stage,
  V4,
  V6,
  everything,
  home,
  pause,
  same,
  standby,
} from './stage.js';
import { claimsAboutAdopting } from './adopting-claims.js';
import { claimsAboutNeighbours } from './neighbour-claims.js';
import { claimsAboutNoticing } from './noticing-claims.js';
import { claimsAboutReadingBack } from './read-back-claims.js';
import { claimsAboutTheRouter } from './router-claims.js';
import { claimsAboutSilence } from './silence-claims.js';

export function claimsOfEverySpeaker(start: () => Promise<SpeakerBench>): void {
  let bench: SpeakerBench;
  let observed: ObservedSpeaker;

  before(async function () {
    this.timeout(60_000);
    bench = await start();
  });

  after(async () => {
    await bench.stop();
  });

  beforeEach(async () => {
    observed = new ObservedSpeaker(bench.openSpeaker());
    await observed.untilUp();
    await observed.declare(...everything('withdrawn'));
  });

  afterEach(async () => {
    await observed.close();
  });

  it('holds nothing once everything is withdrawn', async () => {
    await observed.untilReported('nothing held', ({ held }) =>
      held.every(({ ranks, foreign }) => ranks.length === 0 && !foreign),
    );
  });

  it('brings IPv4 and IPv6 prefixes of home and standby VIPs to the declared ranks', async () => {
    await observed.declare(...home(HOME), ...standby(READY));
    await observed.untilReported(
      'rank 0 for both home prefixes and rank 1 for the standby one',
      (report) =>
        same(heldRanks(report, V4), [HOME]) &&
        same(heldRanks(report, V6), [HOME]) &&
        same(heldRanks(report, STANDBY_V4), [READY]),
    );
  });

  it('touches no prefix that is not listed', async () => {
    await observed.declare(...home(HOME), ...standby(NOT_READY));
    await observed.declare({ vip: HOME_VIP.name, prefix: V4, rank: HOME_DEMOTED });
    await observed.untilReported(
      'only the listed prefix moved',
      (report) =>
        same(heldRanks(report, V4), [HOME_DEMOTED]) &&
        same(heldRanks(report, STANDBY_V4), [NOT_READY]),
    );
  });

  it('ends where the last of overlapping calls wants to be', async () => {
    const ranks: readonly Rank[] = [HOME, 'withdrawn', HOME_DEMOTED, 'withdrawn', HOME_DEMOTED];
    const calls = await Promise.allSettled(ranks.map((rank) => observed.declare(...home(rank))));
    assert.equal(calls.at(-1)?.status, 'fulfilled');
    await observed.untilReported('rank 2', (report) => same(heldRanks(report, V4), [HOME_DEMOTED]));

    const back = await Promise.allSettled(
      ([HOME, HOME_DEMOTED, 'withdrawn'] as const).map((rank) => observed.declare(...home(rank))),
    );
    assert.equal(back.at(-1)?.status, 'fulfilled');
    await observed.untilReported('no rank', (report) => same(heldRanks(report, V4), []));
  });

  it('does nothing for a caller that has already cancelled', async () => {
    const cancelled = observed.speaker.declare(home(HOME), AbortSignal.abort(new Error('gone')));
    await assert.rejects(cancelled, { name: 'SpeakerError', code: 'cancelled' });
    await pause(QUIET_MS);
    assert.deepEqual(observed.held(V4), []);
  });

  it('reports nothing more once it is closed', async () => {
    await observed.declare(...home(HOME));
    await observed.untilReported('rank 0', (report) => same(heldRanks(report, V4), [HOME]));
    await observed.close();
    const before = observed.reports.length;
    await pause(QUIET_MS);
    assert.equal(observed.reports.length, before);
  });
}

export function claimsOfRoutedSpeakers(start: () => Promise<RoutedBench>): void {
  const stage = new Stage();

  before(async function () {
    this.timeout(60_000);
    stage.bench = await start();
  });

  after(async () => {
    await stage.bench.stop();
  });

  beforeEach(async function () {
    this.timeout(60_000);
    stage.observed = new ObservedSpeaker(stage.bench.openSpeaker());
    await stage.observed.untilUp();
    await stage.observed.untilReported(
      'an established session',
      ({ sessions }) => sessions.every(({ state }) => state === 'established'),
      30_000,
    );
    await stage.bench.router.untilEstablished();
    await stage.observed.declare(...everything('withdrawn'));
    for (const { prefix } of everything('withdrawn')) {
      await stage.bench.router.untilPathLength(prefix, 0);
    }
  });

  afterEach(async () => {
    await stage.observed.close();
  });

  claimsAboutTheRouter(stage);
  claimsAboutReadingBack(stage);
  claimsAboutNoticing(stage);
  claimsAboutAdopting(stage);
  claimsAboutSilence(stage);
  claimsAboutNeighbours(stage);
}
