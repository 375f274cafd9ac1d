import assert from 'node:assert/strict';

import { HOME, QUIET_MS, V4, home, pause, within } from './stage.js';
import type { Stage } from './stage.js';
import { ADDRESSES } from './speaker-bench.js';
import { until } from './until.js';

const ROUTER = ADDRESSES.router.ipv4;

/** GoBGP lets 13 s pass before it speaks to a neighbour again. */
const RETURN_MS_MAX = 40_000;

export function claimsAboutNeighbours(stage: Stage): void {
  const disable = (): Promise<readonly string[]> =>
    stage.observed.speaker.disableNeighbours([ROUTER], AbortSignal.timeout(5_000));
  const enable = (): Promise<void> =>
    stage.observed.speaker.enableNeighbours([ROUTER], AbortSignal.timeout(5_000));
  const reported = (): string | undefined =>
    stage.observed.last?.daemon === 'up' ? stage.observed.last.sessions[0]?.disabled : undefined;

  describe('taking a session down', () => {
    afterEach(async function () {
      this.timeout(60_000);
      await stage.bench.outsider.enableNeighbour();
      await until('the session is up', () => stage.bench.router.established, RETURN_MS_MAX);
    });

    it('takes every route from the router at once, says so, and lets it come back', async function () {
      this.timeout(60_000);
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilPathLength(V4, 1);
      assert.deepEqual(await disable(), [ROUTER]);
      await stage.bench.router.untilPathLength(V4, 0);
      await until('it is reported', () => reported() !== undefined);
      assert.ok(['by-holdline', 'by-unknown'].includes(reported() ?? ''));
      assert.deepEqual(await stage.observed.speaker.readBack(AbortSignal.timeout(5_000)), []);
      await enable();
      await until('it is up again', () => stage.bench.router.established, RETURN_MS_MAX);
      assert.equal(reported(), undefined);
      await stage.bench.router.untilPathLength(V4, 1);
    });

    it('is not claimed when somebody else had done so before', async () => {
      await stage.bench.outsider.disableNeighbour();
      await until('it is reported', () => reported() !== undefined);
      assert.ok(['by-another', 'by-unknown'].includes(reported() ?? ''));
      assert.deepEqual(await disable(), []);
    });

    it('is given up in time on a hung daemon, which does not do it later either', async () => {
      stage.bench.daemon.pause();
      await within('a hung daemon', assert.rejects(disable(), { name: 'SpeakerError' }));
      stage.bench.daemon.resume();
      await stage.observed.untilUp();
      await pause(QUIET_MS);
      assert.equal(reported(), undefined);
    });
  });
}
