import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import type { RelaySettings } from '../../../src/ports/relay-settings.js';
import { SettingsWatch } from '../../../src/runtime/relay-settings/settings-watch.js';
import { installClock } from '../../support/clock.js';

const DANGEROUS: RelaySettings = {
  usesRedis: true,
  redisCommandTimeoutMs: 0,
  redisConnectTimeoutMs: 50,
  redisErrorsAllowed: 1,
  silenceTimeoutSeconds: 86_400,
};

type Relay = { state: 'unknown' | 'alive' | 'silent' | 'dead'; stateSinceMs: number };

describe('the watch over the settings of a relay', () => {
  let clock: SinonFakeTimers;
  let relay: Relay;
  let reads: number;
  let answer: () => Promise<RelaySettings>;
  let said: string[];
  let stop: AbortController;
  let watch: SettingsWatch;
  let watching: Promise<void>;

  beforeEach(() => {
    clock = installClock();
    relay = { state: 'unknown', stateSinceMs: 0 };
    reads = 0;
    answer = () => Promise.resolve(DANGEROUS);
    said = [];
    stop = new AbortController();
    const note = (_fields: unknown, sentence?: string): void => void said.push(sentence ?? '');
    watch = new SettingsWatch({
      reader: {
        read: () => {
          reads += 1;
          return answer();
        },
      },
      relay: () => relay,
      log: { info: note, warn: note, error: note },
    });
    watching = watch.watch(undefined, stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await watching;
    clock.restore();
  });

  it('asks no relay that is not alive', async () => {
    await clock.tickAsync(5_000);
    assert.equal(reads, 0);
    assert.equal(watch.dangers, undefined);
  });

  it('asks once, says what is dangerous, and does not say it again', async () => {
    relay = { state: 'alive', stateSinceMs: 100 };
    await clock.tickAsync(30_000);
    assert.equal(reads, 1);
    assert.deepEqual(
      watch.dangers?.map(({ setting }) => setting),
      ['--redis-cmd-timeout'],
    );
    await clock.tickAsync(60_000);
    assert.equal(reads, 2);
    assert.equal(said.length, 1);
  });

  it('asks again after the relay has been started anew', async () => {
    relay = { state: 'alive', stateSinceMs: 100 };
    await clock.tickAsync(5_000);
    relay = { state: 'alive', stateSinceMs: 5_100 };
    answer = () => Promise.resolve({ ...DANGEROUS, redisCommandTimeoutMs: 50 });
    await clock.tickAsync(2_000);
    assert.equal(reads, 2);
    assert.deepEqual(watch.dangers, []);
  });

  it('tries again once a minute when the relay does not tell, and says so once', async () => {
    relay = { state: 'alive', stateSinceMs: 100 };
    answer = () => Promise.reject(new Error('nobody listens'));
    await clock.tickAsync(121_000);
    assert.equal(reads, 3);
    assert.deepEqual(said, ["the relay's settings are not known: Error: nobody listens"]);
    assert.equal(watch.dangers, undefined);
  });

  it('asks one question at a time', async () => {
    relay = { state: 'alive', stateSinceMs: 100 };
    answer = () => new Promise(() => undefined);
    await clock.tickAsync(2_000);
    relay = { state: 'alive', stateSinceMs: 2_100 };
    await clock.tickAsync(5_000);
    assert.equal(reads, 1);
  });
});
