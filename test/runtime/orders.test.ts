import assert from 'node:assert/strict';

import { CONFIG } from './fakes.js';
import { SidecarBench } from './sidecar-bench.js';

describe('orders to the sidecar', () => {
  let bench: SidecarBench;

  beforeEach(() => {
    bench = new SidecarBench();
  });

  afterEach(() => bench.end());

  it('drains on an order, keeps it on disk, and answers when it is verified', async () => {
    await bench.healthy();
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined };
    const outcome = bench.sidecar.desk.drain({ ...order, force: false });
    await bench.clock.tickAsync(1);
    assert.equal((await outcome).done, true);
    assert.deepEqual(bench.record.saved.drained, order);
    assert.deepEqual(
      bench.sidecar.view().vips.map((vip) => vip.rankName),
      ['home-demoted', 'standby-not-ready'],
    );
    assert.equal(bench.sidecar.view().verdict, 'degraded');
    assert.deepEqual(bench.sidecar.view().operator.by, 'ann');
    const back = bench.sidecar.desk.undrain({ by: 'ann', why: 'done' });
    await bench.clock.tickAsync(4_000);
    const said = await back;
    assert.equal(bench.record.saved.drained, undefined);
    assert.ok(
      said.says.some((line) => line.includes('It may rise at')),
      said.says.join('\n'),
    );
  });

  it('refuses a drain that could lose calls, with how many and why, unless forced', async () => {
    await bench.healthy();
    bench.redis({ kind: 'redis-primary', atMs: Date.now(), outcome: 'unanswered', detail: 'mute' });
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined };
    const refused = await bench.sidecar.desk.drain({ ...order, force: false });
    assert.equal(refused.done, false);
    assert.match(
      refused.says[0] ?? '',
      /^Refused: 1 of 1 calls could be lost, since the Redis primary/,
    );
    assert.equal(bench.sidecar.view().vips[0]?.rank, 0);
    assert.deepEqual(bench.record.saved.drained, undefined);
    assert.deepEqual(bench.sidecar.view().atRisk.calls, 1);
    const forced = bench.sidecar.desk.drain({ ...order, force: true });
    await bench.clock.tickAsync(1);
    assert.equal((await forced).done, true);
    assert.equal(bench.sidecar.view().vips[0]?.rank, 2);
  });

  it('refuses a drain while it does not know the calls', async () => {
    await bench.start();
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined, force: false };
    const refused = await bench.sidecar.desk.drain(order);
    assert.match(
      refused.says[0] ?? '',
      /^Refused: calls could be lost, since the relay does not tell/,
    );
  });

  it('freezes and unfreezes on an order, and shows it', async () => {
    await bench.healthy();
    const untilMs = Date.now() + 60_000;
    const order = { by: 'ann', why: 'router', atMs: Date.now(), untilMs, evenDead: false };
    assert.equal((await bench.sidecar.desk.freeze(order)).done, true);
    assert.equal(bench.sidecar.view().operator.frozen, true);
    assert.equal(bench.sidecar.view().operator.why, 'router');
    assert.equal(bench.record.saved.frozen?.by, 'ann');
    assert.equal((await bench.sidecar.desk.unfreeze({ by: 'ann', why: 'done' })).done, true);
    assert.equal(bench.sidecar.view().operator.frozen, false);
  });

  it('demotes when it is called degraded, keeps and shows that, and takes it back', async () => {
    await bench.healthy();
    const word = { by: 'monitor', why: 'one-way audio', atMs: Date.now(), untilMs: undefined };
    const outcome = bench.sidecar.desk.degrade(word);
    await bench.clock.tickAsync(1);
    assert.equal((await outcome).done, true);
    const { operator, vips } = bench.sidecar.view();
    assert.deepEqual([operator.degraded, operator.by], [true, 'monitor']);
    assert.deepEqual([vips[0]?.rankName, vips[0]?.reason], ['home-demoted', 'called-degraded']);
    assert.deepEqual(bench.record.saved.degraded, word);
    const back = bench.sidecar.desk.restore({ by: 'monitor', why: 'heard again' });
    await bench.clock.tickAsync(100);
    await back;
    assert.equal(bench.record.saved.degraded, undefined);
    assert.equal(bench.sidecar.view().vips[0]?.reason, 'settling');
  });

  it('shows what degrades the relay: a missing VIP, and pings that are slow', async () => {
    const degraded = { pingMs: 5, errorShare: undefined, forMs: 100, vipMissing: true };
    await bench.healthy({ ...CONFIG, relay: { ...CONFIG.relay, degraded } });
    const detail = 'not on this host: 10.99.0.1 (VIP a)';
    const missing = { condition: 'vip-missing', holds: true, vips: ['a'], detail } as const;
    bench.relay({ kind: 'relay-condition', atMs: Date.now(), ...missing });
    for (let ping = 0; ping < 4; ping += 1) {
      await bench.clock.tickAsync(50);
      const answer = { outcome: 'answered', roundTripMs: 20 } as const;
      bench.relay({ kind: 'relay-ping', atMs: Date.now(), ...answer });
    }
    const { degradedBy } = bench.sidecar.view().relay;
    assert.deepEqual(
      degradedBy.map(({ condition }) => condition),
      ['vip-missing', 'pings-slow'],
    );
    assert.equal(degradedBy[0]?.detail, detail);
  });

  it('drains although the order cannot be kept, and says so', async () => {
    await bench.healthy();
    bench.record.refuse = new Error('ENOSPC: no space left on device');
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined };
    const outcome = bench.sidecar.desk.drain({ ...order, force: false });
    await bench.clock.tickAsync(1);
    const { done, says } = await outcome;
    assert.equal(done, false);
    assert.ok(says.some((line) => line.includes('not kept over a restart: ENOSPC')));
    assert.equal(bench.sidecar.view().vips[0]?.rank, 2);
  });

  it('says that an order was not confirmed when the daemon does not answer', async () => {
    await bench.start();
    const outcome = bench.sidecar.desk.undrain({ by: 'ann', why: 'done' });
    await bench.clock.tickAsync(3_001);
    const { done, says } = await outcome;
    assert.equal(done, false);
    assert.ok(says.at(-1)?.startsWith('Not confirmed'));
  });

  it('takes a drain back at its expiry and saves that', async () => {
    await bench.healthy();
    const untilMs = Date.now() + 500;
    void bench.sidecar.desk.drain({
      by: 'ann',
      why: 'short',
      atMs: Date.now(),
      untilMs,
      force: false,
    });
    await bench.clock.tickAsync(600);
    assert.equal(bench.record.saved.drained, undefined);
    bench.record.refuse = new Error('EROFS');
    void bench.sidecar.desk.drain({
      by: 'ann',
      why: 'x',
      atMs: Date.now(),
      untilMs: Date.now() + 500,
      force: true,
    });
    await bench.clock.tickAsync(600);
    assert.ok(bench.log.events().includes('record-failed'));
  });
});
