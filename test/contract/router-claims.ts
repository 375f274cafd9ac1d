import assert from 'node:assert/strict';

import { GRACEFUL_SHUTDOWN } from '../../src/domain/attributes.js';
import type { Rank } from '../../src/domain/rank.js';
import { SPEAKER_AS, VIPS } from './speaker-bench.js';
import {
  HOME,
  HOME_DEMOTED,
  NOT_READY,
  QUIET_MS,
  READY,
  STANDBY_V4,
  V4,
  V6,
  everything,
  home,
  lostPaths,
  pause,
  standby,
} from './stage.js';
import type { Stage } from './stage.js';

const CHANGE_OVERS = 10;
const HASTY_CHANGE_OVERS = 40;
const HASTE_MS_MAX = 4;

export function claimsAboutTheRouter(stage: Stage): void {
  describe('what the router gets', () => {
    it('is a path for every declared prefix, with one more AS for every rank', async () => {
      await stage.observed.declare(...home(HOME), ...standby(NOT_READY));
      const first = await stage.bench.router.untilPathLength(V4, 1);
      assert.deepEqual(first?.asPath, [SPEAKER_AS]);
      await stage.bench.router.untilPathLength(V6, 1);
      await stage.bench.router.untilPathLength(STANDBY_V4, 1 + NOT_READY);
    });

    it('carries GRACEFUL_SHUTDOWN on the demoted ranks only', async () => {
      await stage.observed.declare(...home(HOME_DEMOTED), ...standby(READY));
      const demoted = await stage.bench.router.untilPathLength(V4, 1 + HOME_DEMOTED);
      const ready = await stage.bench.router.untilPathLength(STANDBY_V4, 1 + READY);
      assert.deepEqual(demoted?.communities, [GRACEFUL_SHUTDOWN]);
      assert.deepEqual(ready?.communities, []);
    });

    it('is nothing at all when the same state is declared again', async () => {
      await stage.observed.declare(...home(HOME), ...standby(READY));
      await stage.bench.router.untilPathLength(V6, 1);
      await stage.bench.router.untilPathLength(STANDBY_V4, 1 + READY);
      await pause(QUIET_MS);
      const mark = stage.bench.router.mark();
      await stage.observed.declare(...home(HOME), ...standby(READY));
      await stage.observed.declare(...home(HOME), ...standby(READY));
      await pause(QUIET_MS);
      assert.deepEqual(stage.bench.router.notesSince(mark), []);
    });

    it('always has a path while the rank goes down and up again', async function () {
      this.timeout(30_000);
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilPathLength(V4, 1);
      await stage.bench.router.untilPathLength(V6, 1);
      const mark = stage.bench.router.mark();
      for (let changeOver = 0; changeOver < CHANGE_OVERS; changeOver += 1) {
        for (const rank of [HOME_DEMOTED, HOME]) {
          await stage.observed.declare(...home(rank));
          await stage.bench.router.untilPathLength(V4, 1 + rank);
          await stage.bench.router.untilPathLength(V6, 1 + rank);
        }
      }
      assert.deepEqual(lostPaths(stage.bench, mark), []);
    });

    it('always has a path while ranks change faster than the daemon can follow', async () => {
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilPathLength(V4, 1);
      await stage.bench.router.untilPathLength(V6, 1);
      const mark = stage.bench.router.mark();
      const calls: Promise<void>[] = [];
      for (let changeOver = 0; changeOver < HASTY_CHANGE_OVERS; changeOver += 1) {
        const rank = changeOver % 2 === 0 ? HOME_DEMOTED : HOME;
        calls.push(stage.observed.declare(...home(rank)));
        await pause(changeOver % HASTE_MS_MAX);
      }
      calls.push(stage.observed.declare(...home(HOME_DEMOTED)));
      await Promise.all(calls);
      await stage.bench.router.untilPathLength(V4, 1 + HOME_DEMOTED);
      await stage.bench.router.untilPathLength(V6, 1 + HOME_DEMOTED);
      assert.deepEqual(lostPaths(stage.bench, mark), []);
    });

    it('is a withdraw of the withdrawn prefixes and of no others', async () => {
      await stage.observed.declare(...home(HOME), ...standby(READY));
      await stage.bench.router.untilPathLength(V6, 1);
      await stage.bench.router.untilPathLength(STANDBY_V4, 1 + READY);
      const mark = stage.bench.router.mark();
      await stage.observed.declare(...home('withdrawn'), ...standby(READY));
      await stage.bench.router.untilPathLength(V4, 0);
      await stage.bench.router.untilPathLength(V6, 0);
      assert.deepEqual(lostPaths(stage.bench, mark).toSorted(), [V4, V6].toSorted());
      await stage.bench.router.untilPathLength(STANDBY_V4, 1 + READY);
    });

    it('follows the last of overlapping calls', async () => {
      const ranks: readonly Rank[] = [HOME, 'withdrawn', HOME_DEMOTED];
      await Promise.allSettled(ranks.map((rank) => stage.observed.declare(...home(rank))));
      await stage.bench.router.untilPathLength(V4, 1 + HOME_DEMOTED);
      await pause(QUIET_MS);
      await stage.bench.router.untilPathLength(V4, 1 + HOME_DEMOTED);
    });

    it('never concerns a prefix that the configuration does not name', async () => {
      await stage.observed.declare(...home(HOME));
      await stage.observed.declare(...home(HOME_DEMOTED));
      await stage.observed.declare(...everything('withdrawn'));
      assert.equal(await stage.bench.outsider.holdsForeignRoute(), true);
      const report = await stage.observed.untilUp();
      const configured = VIPS.flatMap(({ prefixes }) => prefixes);
      assert.ok(report.held.every(({ prefix }) => configured.includes(prefix)));
    });
  });
}
