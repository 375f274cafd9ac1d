import assert from 'node:assert/strict';

import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import { startRedis } from '../../support/redis.js';
import { blockEventLoop, pause } from '../../support/wait.js';
import { DeafeningProxy } from './deafening-proxy.js';
import { Bench, type Talker } from './talker.js';

const bench = new Bench();

describe('the beat, with Redis', () => {
  let talker: Talker;

  beforeEach(async () => {
    await bench.start();
    talker = bench.talk('relay-a');
    await talker.next('seen');
  });
  afterEach(() => bench.stop());

  it('is seen on the replica five times a second, within milliseconds', async () => {
    const from = talker.observer.seen.length;
    await pause(1_500);
    const seen = talker.beats('seen', from);
    assert.ok(seen.length >= 5 && seen.length <= 8, `beats: ${seen.length}`);
    const trips = seen.map((each) => (each.outcome === 'seen' ? each.roundTripMs : Infinity));
    assert.ok(Math.min(...trips) < 20, `round trips: ${trips.join(' ')}`);
    assert.deepEqual(talker.beats('overdue', from), []);
  });

  it('is not taken by a primary that hangs, which is told within half a second', async () => {
    await bench.primary.freeze();
    const from = talker.observer.seen.length;
    const frozenAtMs = clock.nowMs();
    const unsent = await talker.next('unsent', from);
    assert.ok(unsent.atMs - frozenAtMs < 500, `after ${unsent.atMs - frozenAtMs} ms`);
    await pause(500);
    assert.deepEqual(talker.beats('overdue', from), [], 'the replica is not to blame');
    bench.primary.signal('SIGCONT');
    await talker.next('seen', talker.observer.seen.length);
  });

  it('is overdue at a replica that hangs, which is told within half a second', async () => {
    await bench.replica.freeze();
    const from = talker.observer.seen.length;
    const frozenAtMs = clock.nowMs();
    const overdue = await talker.next('overdue', from);
    assert.ok(overdue.atMs - frozenAtMs < 500, `after ${overdue.atMs - frozenAtMs} ms`);
    await pause(2_500);
    const last = talker.beats('overdue', from).at(-1);
    assert.ok(last?.outcome === 'overdue' && last.ageMs > 2_000);
    assert.deepEqual(talker.beats('unsent', from), [], 'the primary is not to blame');
    bench.replica.signal('SIGCONT');
    await talker.next('seen', talker.observer.seen.length);
  });

  it('comes through again after the link was cut, and after a full synchronisation', async () => {
    for (const blow of ['CLIENT KILL TYPE replica', 'DEBUG CHANGE-REPL-ID']) {
      await bench.primary.send(blow, 'CLIENT KILL TYPE replica');
      await talker.next('seen', talker.observer.seen.length);
    }
    await bench.replica.send('REPLICAOF NO ONE');
    const apart = talker.observer.seen.length;
    await talker.next('overdue', apart);
    await bench.replica.send(`REPLICAOF 127.0.0.1 ${bench.primary.port}`);
    await talker.next('seen', talker.observer.seen.length);
    const back = talker.observer.seen.length;
    await pause(500);
    assert.deepEqual(talker.beats('overdue', back), [], 'beats that were lost are not waited for');
  });

  it('is unsent with the reason while the primary is gone, and sent when it is back', async () => {
    const from = talker.observer.seen.length;
    await bench.primary.stop();
    await talker.observer.next(
      'refused',
      (seen) =>
        seen.kind === 'redis-beat' && seen.outcome === 'unsent' && /ECONNREFUSED/.test(seen.detail),
      from,
    );
    bench.primary = await startRedis({ port: bench.primary.port });
    await talker.next('seen', talker.observer.seen.length);
  });

  it('finds a listener that is deaf without a word, and listens anew', async () => {
    await talker.observer.stop();
    const proxy = await DeafeningProxy.start(bench.replica.port);
    try {
      const behind = bench.talk('relay-c', [], { replicaPort: proxy.port });
      await behind.next('seen');
      proxy.deafen();
      const from = behind.observer.seen.length;
      await behind.next('overdue', from);
      await behind.next('seen', behind.observer.seen.length);
      await behind.observer.stop();
    } finally {
      proxy.stop();
    }
  });

  it('does not take a stall of this process for a slow Redis', async () => {
    await talker.next('seen', talker.observer.seen.length);
    const from = talker.observer.seen.length;
    for (let round = 0; round < 3; round += 1) {
      blockEventLoop(700);
      await pause(250);
    }
    const trips = talker
      .beats('seen', from)
      .map((each) => (each.outcome === 'seen' ? each.roundTripMs : Infinity));
    assert.ok(Math.max(...trips) < 400, `round trips: ${trips.join(' ')}`);
    assert.deepEqual(talker.beats('overdue', from), []);
    assert.deepEqual(talker.beats('unsent', from), []);
  });

  it('says so when the primary refuses it', async () => {
    const from = talker.observer.seen.length;
    await bench.primary.send('ACL SETUSER default -publish');
    await talker.observer.next(
      'refused',
      (seen) =>
        seen.kind === 'redis-beat' && seen.outcome === 'unsent' && /NOPERM/.test(seen.detail),
      from,
    );
    await bench.primary.send('ACL SETUSER default +publish');
    await talker.next('seen', talker.observer.seen.length);
  });
});
