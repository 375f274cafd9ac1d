import assert from 'node:assert/strict';

import { withdrawEverything } from '../../src/runtime/withdraw-everything.js';
import { HOME, STANDBY } from '../domain/story.js';
import { CONFIG, FakeLog, FakeSpeaker } from './fakes.js';

describe('the last withdrawal', () => {
  let speaker: FakeSpeaker;
  let log: FakeLog;
  beforeEach(() => {
    speaker = new FakeSpeaker();
    log = new FakeLog();
  });

  const withdraw = (): Promise<boolean> => withdrawEverything({ config: CONFIG, speaker, log });

  it('takes every configured prefix away, and sees it gone', async () => {
    assert.equal(await withdraw(), true);
    assert.deepEqual(
      speaker.declared[0]?.map(({ prefix, rank }) => [prefix, rank]),
      [...HOME.prefixes, ...STANDBY.prefixes].map((prefix) => [prefix, 'withdrawn']),
    );
    assert.deepEqual([speaker.closed, log.events()], [true, ['last-withdrawal']]);
  });

  it('tries again while the daemon refuses', async () => {
    speaker.refuse = new Error('busy');
    setTimeout(() => (speaker.refuse = undefined), 150);
    assert.equal(await withdraw(), true);
    assert.ok(speaker.declared.length > 1);
  });

  it('does not say that it is done while a neighbour is still sent a prefix', async function () {
    this.timeout(15_000);
    speaker.readBack = () =>
      Promise.resolve([
        {
          neighbour: '10.0.1.1',
          prefix: HOME.prefixes[0]!,
          rank: 0,
          asPath: [],
          communities: [],
          med: undefined,
        },
      ]);
    assert.equal(await withdraw(), false);
    assert.match(log.lines[0]?.message ?? '', /^not confirmed: .* is still sent to 10\.0\.1\.1$/);
    assert.equal(speaker.closed, true);
  });
});
