import assert from 'node:assert/strict';

import type { RelaySettings } from '../../../src/ports/relay-settings.js';
import { dangersIn, sayDanger } from '../../../src/runtime/relay-settings/dangers.js';

const SAFE: RelaySettings = {
  usesRedis: true,
  redisCommandTimeoutMs: 50,
  redisConnectTimeoutMs: 50,
  redisErrorsAllowed: 1,
  silenceTimeoutSeconds: 86_400,
};

describe('the dangers in the settings of a relay', () => {
  it('are none with what is recommended', () => {
    assert.deepEqual(dangersIn(SAFE), []);
  });

  it('have their remedy after the start: on the command line it would cost restored calls', () => {
    const found = dangersIn({ ...SAFE, redisCommandTimeoutMs: 0, redisConnectTimeoutMs: 1_000 });
    for (const { recommended } of found) {
      assert.match(recommended, /"set redis[a-z]+timeout 50" over the command line port after/);
    }
    assert.equal(found.length, 2);
  });

  for (const [setting, given, dangerous] of [
    ['--redis-cmd-timeout', { redisCommandTimeoutMs: 0 }, true],
    ['--redis-cmd-timeout', { redisCommandTimeoutMs: 250 }, false],
    ['--redis-cmd-timeout', { redisCommandTimeoutMs: 251 }, true],
    ['--redis-connect-timeout', { redisConnectTimeoutMs: 1_000 }, true],
    ['--redis-connect-timeout', { redisConnectTimeoutMs: 250 }, false],
    ['--redis-allowed-errors', { redisErrorsAllowed: -1 }, true],
    ['--redis-allowed-errors', { redisErrorsAllowed: 0 }, false],
    ['--timeout', { silenceTimeoutSeconds: 60 }, true],
    ['--timeout', { silenceTimeoutSeconds: 3_599 }, true],
    ['--timeout', { silenceTimeoutSeconds: 3_600 }, false],
  ] as const) {
    const value = String(Object.values(given)[0]);
    it(`${dangerous ? 'name' : 'pass over'} ${setting} ${value}`, () => {
      const found = dangersIn({ ...SAFE, ...given });
      assert.deepEqual(
        found.map((each) => [each.setting, each.value]),
        dangerous ? [[setting, value]] : [],
      );
    });
  }

  it('are not those of Redis where the relay uses none', () => {
    assert.deepEqual(dangersIn({ ...SAFE, usesRedis: false, redisCommandTimeoutMs: 0 }), []);
  });

  it('are not guessed from what the relay does not tell', () => {
    const untold = {
      redisCommandTimeoutMs: undefined,
      redisConnectTimeoutMs: undefined,
      redisErrorsAllowed: undefined,
      silenceTimeoutSeconds: undefined,
    };
    assert.deepEqual(dangersIn({ ...SAFE, ...untold }), []);
  });

  it('say the setting, its value, what it does and what is better', () => {
    const [danger] = dangersIn({ ...SAFE, silenceTimeoutSeconds: 60 });
    assert.match(
      sayDanger(danger!),
      /^--timeout is 60: calls that run at the standby are ended .*; recommended: 86400$/,
    );
  });
});
