import assert from 'node:assert/strict';

import { HOME, HOME_DEMOTED, NOTICE_MS_MAX, V4, home, within } from './stage.js';
import type { Stage } from './stage.js';

export function claimsAboutSilence(stage: Stage): void {
  describe('when the daemon does not answer', () => {
    afterEach(async function () {
      this.timeout(60_000);
      stage.bench.daemon.resume();
      await stage.bench.router.untilEstablished();
    });

    it('gives up on a hung daemon in time and says so', async () => {
      await stage.observed.declare(...home(HOME));
      stage.bench.daemon.pause();
      const rejected = assert.rejects(stage.observed.declare(...home('withdrawn')), {
        name: 'SpeakerError',
        code: 'daemon-silent',
      });
      await within('a hung daemon', rejected);
      await stage.observed.untilUnreachable(NOTICE_MS_MAX);
      stage.bench.daemon.resume();
      await stage.observed.untilUp();
      await stage.observed.declare(...home(HOME_DEMOTED));
      await stage.bench.router.untilPathLength(V4, 1 + HOME_DEMOTED);
    });

    it('gives up on reading back from a hung daemon in time', async () => {
      stage.bench.daemon.pause();
      const rejected = assert.rejects(stage.observed.speaker.readBack(AbortSignal.timeout(5_000)), {
        name: 'SpeakerError',
        code: 'daemon-silent',
      });
      await within('a hung daemon', rejected);
    });

    it('ends at once when the caller cancels', async () => {
      stage.bench.daemon.pause();
      const caller = new AbortController();
      const call = stage.observed.speaker.declare(home(HOME), caller.signal);
      const cancelled = assert.rejects(call, { name: 'SpeakerError', code: 'cancelled' });
      caller.abort(new Error('shutting down'));
      await within('a cancelled call', cancelled);
    });

    it('says that an absent daemon is unreachable', async function () {
      this.timeout(60_000);
      await stage.bench.daemon.kill();
      await stage.observed.untilUnreachable(NOTICE_MS_MAX);
      // The connection for commands may not have noticed yet, and then its reply is cut short.
      await assert.rejects(stage.observed.declare(...home(HOME)), { name: 'SpeakerError' });
      await assert.rejects(stage.observed.declare(...home(HOME)), {
        name: 'SpeakerError',
        code: 'daemon-unreachable',
      });
      await assert.rejects(stage.observed.speaker.readBack(AbortSignal.timeout(5_000)), {
        name: 'SpeakerError',
        code: 'daemon-unreachable',
      });
      await stage.bench.daemon.start();
      await stage.observed.untilUp();
    });
  });
}
