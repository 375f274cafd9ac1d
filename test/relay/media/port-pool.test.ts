import assert from 'node:assert/strict';

import { PortPool } from '../../../src/relay/media/port-pool.js';

const QUARANTINE_MS = 1_000;
const pool = (min = 30_000, max = 30_005): PortPool =>
  new PortPool({ min, max, quarantineMs: QUARANTINE_MS });

describe('the ports of an address', () => {
  it('are given out in pairs, each once, RTP on the even one', () => {
    const ports = pool();
    assert.deepEqual([ports.take(0), ports.take(0), ports.take(0)], [30_000, 30_002, 30_004]);
    assert.throws(() => ports.take(0), { code: 'no-ports', message: 'Ran out of ports' });
  });

  for (const [min, max, pairs] of [
    [30_000, 30_001, 1],
    [30_001, 30_002, 0],
    [30_001, 30_003, 1],
    [30_000, 30_002, 1],
  ] as const) {
    it(`are ${pairs} pairs from ${min} to ${max}`, () => {
      assert.equal(pool(min, max).counts(0).pairs, pairs);
    });
  }

  it('rest before they are given out again, the one that has rested longest first', () => {
    const ports = pool();
    [ports.take(0), ports.take(0), ports.take(0)].forEach((port, at) => {
      ports.release(port, at * 10, undefined);
    });
    assert.throws(() => ports.take(QUARANTINE_MS - 1), { code: 'no-ports' });
    assert.equal(ports.take(QUARANTINE_MS), 30_000);
    assert.throws(() => ports.take(QUARANTINE_MS + 9), { code: 'no-ports' });
    assert.equal(ports.take(QUARANTINE_MS + 10), 30_002);
  });

  it("can be claimed by number for a peer's call, also while they rest, but not twice", () => {
    const ports = pool();
    assert.equal(ports.claim(30_002), true);
    assert.equal(ports.claim(30_002), false);
    assert.deepEqual(
      [ports.claim(30_003), ports.claim(29_998), ports.claim(30_006)],
      [false, false, false],
    );
    assert.deepEqual([ports.take(0), ports.take(0)], [30_000, 30_004]);
    ports.release(30_002, 0, undefined);
    assert.equal(ports.claim(30_002), true);
    ports.release(30_002, 0, undefined);
    ports.release(30_002, 0, undefined);
    assert.deepEqual(ports.counts(0), { pairs: 3, used: 2, resting: 1 });
    assert.equal(ports.take(QUARANTINE_MS), 30_002);
    assert.throws(() => ports.take(QUARANTINE_MS), { code: 'no-ports' });
  });

  it('remember the stream that was heard on them last', () => {
    const ports = pool();
    const port = ports.take(0);
    assert.equal(ports.lastSsrc(port), undefined);
    ports.release(port, 0, 0x77);
    assert.equal(ports.lastSsrc(port), 0x77);
  });
});
