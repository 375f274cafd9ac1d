import assert from 'node:assert/strict';

import { GRACEFUL_SHUTDOWN } from '../../src/domain/attributes.js';
import { SPEAKER_AS } from './speaker-bench.js';
import { HOME, HOME_DEMOTED, READY, STANDBY_V4, V4, V6, home, standby } from './stage.js';
import type { Stage } from './stage.js';

export function claimsAboutReadingBack(stage: Stage): void {
  describe('reading back', () => {
    it('tells rank, AS path and communities as each neighbour is sent them', async () => {
      await stage.observed.declare(...home(HOME_DEMOTED), ...standby(READY));
      await stage.bench.router.untilPathLength(V6, 1 + HOME_DEMOTED);
      await stage.bench.router.untilPathLength(STANDBY_V4, 1 + READY);
      const sent = await stage.observed.speaker.readBack(AbortSignal.timeout(5_000));
      for (const prefix of [V4, V6]) {
        assert.deepEqual(
          sent.filter((each) => each.prefix === prefix),
          [
            {
              neighbour: stage.bench.router.address,
              prefix,
              rank: HOME_DEMOTED,
              asPath: [SPEAKER_AS, SPEAKER_AS, SPEAKER_AS],
              communities: [GRACEFUL_SHUTDOWN],
              med: undefined,
            },
          ],
        );
      }
      const standbySent = sent.filter((each) => each.prefix === STANDBY_V4);
      assert.deepEqual(
        standbySent.map(({ rank }) => rank),
        [READY],
      );
      assert.equal(sent.length, 3);
    });

    it('tells nothing once everything is withdrawn', async () => {
      await stage.observed.declare(...home(HOME));
      await stage.observed.declare(...home('withdrawn'));
      await stage.bench.router.untilPathLength(V4, 0);
      assert.deepEqual(await stage.observed.speaker.readBack(AbortSignal.timeout(5_000)), []);
    });
  });
}
