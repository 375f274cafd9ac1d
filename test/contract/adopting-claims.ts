import assert from 'node:assert/strict';

import { ObservedSpeaker, heldRanks } from './observed-speaker.js';
import {
  HOME,
  HOME_DEMOTED,
  QUIET_MS,
  READY,
  STANDBY_V4,
  V4,
  V6,
  home,
  lostPaths,
  pause,
  standby,
} from './stage.js';
import type { Stage } from './stage.js';

export function claimsAboutAdopting(stage: Stage): void {
  describe('adopting', () => {
    it('takes over what a running daemon announces without the router seeing it', async () => {
      await stage.observed.declare(...home(HOME_DEMOTED), ...standby(READY));
      await stage.bench.router.untilPathLength(V6, 1 + HOME_DEMOTED);
      await stage.bench.router.untilPathLength(STANDBY_V4, 1 + READY);
      await pause(QUIET_MS);
      const mark = stage.bench.router.mark();
      await stage.observed.close();
      stage.observed = new ObservedSpeaker(stage.bench.openSpeaker());
      const report = await stage.observed.untilUp();
      assert.deepEqual(heldRanks(report, V4), [HOME_DEMOTED]);
      assert.deepEqual(heldRanks(report, V6), [HOME_DEMOTED]);
      assert.deepEqual(heldRanks(report, STANDBY_V4), [READY]);
      await stage.observed.declare(...home(HOME_DEMOTED), ...standby(READY));
      await pause(QUIET_MS);
      assert.deepEqual(stage.bench.router.notesSince(mark), []);
    });

    it('demotes an adopted route without a withdraw as its very first act', async () => {
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilPathLength(V4, 1);
      await stage.bench.router.untilPathLength(V6, 1);
      const mark = stage.bench.router.mark();
      await stage.observed.close();
      stage.observed = new ObservedSpeaker(stage.bench.openSpeaker());
      await stage.observed.declare(...home(HOME_DEMOTED));
      await stage.bench.router.untilPathLength(V4, 1 + HOME_DEMOTED);
      await stage.bench.router.untilPathLength(V6, 1 + HOME_DEMOTED);
      assert.deepEqual(lostPaths(stage.bench, mark), []);
    });
  });
}
