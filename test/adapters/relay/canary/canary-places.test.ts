import assert from 'node:assert/strict';

import { createCanaryProbe } from '../../../../src/adapters/relay/canary/canary-probe.js';
import { systemClock as clock } from '../../../../src/adapters/system/clock.js';
import type { RelayObservation } from '../../../../src/domain/evidence.js';
import { askRelay } from '../../../support/ask-relay.js';
import { Observer } from '../../../support/observer.js';
import { startRedis, type RedisProgram } from '../../../support/redis.js';
import { startRtpengine, type Rtpengine } from '../../../support/rtpengine.js';
import { pause } from '../../../support/wait.js';

const CALL_ID = 'holdline-canary-relay-a';

function isHeard(seen: RelayObservation): boolean {
  return seen.kind === 'relay-canary' && seen.outcome === 'heard';
}

describe('the canary call', () => {
  let relay: Rtpengine | undefined;
  let redis: RedisProgram | undefined;
  let observer: Observer<RelayObservation>;
  let said: string[];

  function watch(target: Rtpengine, vipAddress: string, mayWrite = (): boolean => true): void {
    said = [];
    const ping = { intervalMs: 20, deadlineMs: 50 };
    const say = (sentence: string): void => void said.push(sentence);
    const given = { target: target.ng, callId: CALL_ID, vipAddress, ...ping, clock, mayWrite, say };
    observer = new Observer<RelayObservation>().start(createCanaryProbe(given));
  }

  afterEach(async () => {
    await observer.stop();
    await relay?.stop();
    await redis?.stop();
    relay = redis = undefined;
  });

  it('goes through a VIP of IPv6, and is taken over there', async () => {
    relay = await startRtpengine({ args: ['--interface=v6/::1'] });
    watch(relay, '::1');
    await observer.next('heard', isHeard);
    assert.match(said.at(-1) ?? '', /^set the canary call up, at ::1 port \d+$/);
    await observer.stop();
    watch(relay, '::1');
    await observer.next('heard', isHeard);
    assert.match(said.at(-1) ?? '', /^took over the canary call/);
  });

  it('costs a relay that hangs on Redis one thread at the most, and comes when Redis goes on', async () => {
    redis = await startRedis();
    relay = await startRtpengine({
      args: [`--redis=127.0.0.1:${redis.port}/1`, '--no-redis-required', '--num-threads=2'],
    });
    let answers = true;
    await redis.freeze();
    watch(relay, '127.0.0.1', () => answers);
    // The offer leaves before a look at Redis has found out; a second one would take the last thread.
    await pause(200);
    answers = false;
    await pause(2_500);
    assert.equal((await askRelay(relay.ng, { command: 'ping' }))['result'], 'pong');
    assert.ok(!observer.seen.some(isHeard));
    redis.signal('SIGCONT');
    answers = true;
    await observer.next('heard', isHeard);
    assert.match(await redis.send('SELECT 1', 'DBSIZE'), /:1\r\n/);
  });
});
