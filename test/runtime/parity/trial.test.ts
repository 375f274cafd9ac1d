import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import { tryOne, type Trial } from '../../../src/runtime/parity/trial.js';
import { installClock } from '../../support/clock.js';
import { FakeKeys, FakeRelay } from './bench.js';

const CANARY = 'holdline-canary-relay-b';
const SIDE = { kind: 'standby', vip: 'b', database: 2, of: 'relay-b' } as const;

describe('the trial in front of a repair', () => {
  let clock: SinonFakeTimers;
  let relay: FakeRelay;
  let keys: FakeKeys;

  beforeEach(() => {
    clock = installClock();
    relay = new FakeRelay();
    keys = new FakeKeys({ 2: ['b1', 'b2', CANARY] });
  });
  afterEach(() => clock.restore());

  async function trial(callIds: readonly string[] = ['b1', 'b2']): Promise<Trial> {
    const tried = tryOne(
      { side: SIDE, callIds },
      { keys, lister: relay },
      new AbortController().signal,
    );
    await clock.tickAsync(1_000);
    return tried;
  }

  it('risks nothing while the relay holds the canary of the home', async () => {
    relay.hold(2, [CANARY], { foreign: true });
    assert.deepEqual(await trial(), { outcome: 'restored', told: 0 });
    assert.deepEqual(keys.told, []);
  });

  it('risks the canary where it is missing, and no call when that does not come back', async () => {
    assert.deepEqual(await trial(), { outcome: 'failed', callId: undefined });
    assert.deepEqual(keys.told, [`2:${CANARY}`]);
  });

  it('lets the calls follow when the canary has come back', async () => {
    keys.onTold = (callId) => relay.hold(2, [callId], { foreign: true });
    assert.deepEqual(await trial(), { outcome: 'restored', told: 0 });
  });

  it('risks one call where the home has no canary, and names it when it is not restored', async () => {
    keys.keysOf(2).delete(CANARY);
    keys.onTold = (callId) => relay.hold(2, [callId], { foreign: true });
    assert.deepEqual(await trial(), { outcome: 'restored', told: 1 });
    relay.sessions.clear();
    keys.told.length = 0;
    keys.onTold = () => undefined;
    assert.deepEqual(await trial(), { outcome: 'failed', callId: 'b1' });
    assert.deepEqual(keys.told, ['2:b1']);
  });

  it('risks nothing when the calls have ended meanwhile, or nobody listens', async () => {
    keys.listeners = 0;
    assert.deepEqual(await trial(), { outcome: 'unheard' });
    keys.keysOf(2).clear();
    assert.deepEqual(await trial(), { outcome: 'restored', told: 0 });
  });
});
