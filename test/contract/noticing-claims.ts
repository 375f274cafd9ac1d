import assert from 'node:assert/strict';

import { heldRanks } from './observed-speaker.js';
import { HOME_VIP } from './speaker-bench.js';
import { HOME, HOME_DEMOTED, NOTICE_MS_MAX, QUIET_MS, V4, V6, home, pause, same } from './stage.js';
import type { Stage } from './stage.js';
import { until } from './until.js';

export function claimsAboutNoticing(stage: Stage): void {
  describe('noticing', () => {
    it('reports a route that somebody else removed, and can put it back', async () => {
      await stage.observed.declare(...home(HOME));
      await stage.observed.untilReported('rank 0', (report) => same(heldRanks(report, V4), [HOME]));
      await stage.bench.outsider.removeRoute(HOME_VIP, V4, HOME);
      await stage.observed.untilReported(
        'no rank',
        (report) => same(heldRanks(report, V4), []),
        NOTICE_MS_MAX,
      );
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilPathLength(V4, 1);
    });

    it('reports a route that somebody else added, and can take it away', async () => {
      await stage.bench.outsider.addRoute(HOME_VIP, V4, HOME_DEMOTED);
      await stage.observed.untilReported(
        'rank 2',
        (report) => same(heldRanks(report, V4), [HOME_DEMOTED]),
        NOTICE_MS_MAX,
      );
      await stage.observed.declare(...home('withdrawn'));
      await stage.bench.router.untilPathLength(V4, 0);
    });

    it('reports routes lost to a reset of the daemon, and can put them back', async function () {
      this.timeout(40_000);
      await stage.observed.declare(...home(HOME));
      await stage.observed.untilReported('rank 0', (report) => same(heldRanks(report, V4), [HOME]));
      await stage.bench.outsider.reset();
      await stage.observed.untilReported(
        'no rank',
        (report) => same(heldRanks(report, V4), []),
        NOTICE_MS_MAX,
      );
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilEstablished();
      await until('the router has the path again', () => stage.bench.router.route(V4), 30_000);
    });

    it('reports an absent daemon, then its successor with another instance', async function () {
      this.timeout(60_000);
      const { instance } = await stage.observed.untilUp();
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilPathLength(V4, 1);
      await stage.bench.daemon.kill();
      await stage.observed.untilUnreachable(NOTICE_MS_MAX);
      await stage.bench.daemon.start();
      const successor = await stage.observed.untilReported(
        'another instance',
        (report) => report.instance !== instance,
        NOTICE_MS_MAX + 5_000,
      );
      assert.deepEqual(heldRanks(successor, V4), []);
      await stage.observed.declare(...home(HOME));
      await stage.bench.router.untilEstablished();
      await until('the router has the path again', () => stage.bench.router.route(V4), 30_000);
    });

    it('reports the loss of a BGP session and its return', async function () {
      this.timeout(60_000);
      await stage.bench.router.stop();
      await stage.observed.untilReported('no session', ({ sessions }) =>
        sessions.every(({ state }) => state !== 'established'),
      );
      await stage.bench.router.start();
      await stage.observed.untilReported(
        'the session is back',
        ({ sessions }) => sessions.every(({ state }) => state === 'established'),
        40_000,
      );
    });

    it('says nothing while nothing changes', async () => {
      await stage.observed.declare(...home(HOME));
      await stage.observed.untilReported('rank 0 everywhere', (report) =>
        [V4, V6].every((prefix) => same(heldRanks(report, prefix), [HOME])),
      );
      const before = stage.observed.reports.length;
      await pause(QUIET_MS);
      assert.equal(stage.observed.reports.length, before);
    });
  });
}
