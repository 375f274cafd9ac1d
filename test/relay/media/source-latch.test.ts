import assert from 'node:assert/strict';

import { SourceLatch } from '../../../src/relay/media/source-latch.js';

const TOLD = { host: '10.0.0.1', port: 4_000 };
const at = (host: string, port: number, nowMs: number, ssrc = 1) => ({ host, port, ssrc, nowMs });

describe('whose packets a port takes', () => {
  let latch: SourceLatch;

  beforeEach(() => {
    latch = new SourceLatch();
    latch.expect(TOLD, null, 0);
  });

  it('nobody, before the party is known', () => {
    assert.equal(new SourceLatch().admit(at('10.0.0.1', 4_000, 0)), 'refused');
  });

  it('no source without a return address: nothing can be sent to port 0', () => {
    assert.equal(latch.admit(at('10.0.0.1', 0, 0)), 'refused');
  });

  it('the first source, wherever it is, and then no other', () => {
    assert.equal(latch.admit(at('192.0.2.9', 7_000, 0)), 'latched');
    assert.deepEqual(latch.learned, { host: '192.0.2.9', port: 7_000 });
    latch.heard(1, 0);
    assert.equal(latch.admit(at('192.0.2.10', 7_000, 10)), 'refused');
  });

  it('a source that fits the SDP better, within three seconds: the host, then the very port', () => {
    latch.admit(at('192.0.2.9', 7_000, 0));
    assert.equal(latch.admit(at('10.0.0.1', 9_999, 2_998)), 'latched');
    assert.equal(latch.admit(at('10.0.0.1', 4_000, 2_999)), 'latched');
    assert.equal(latch.admit(at('10.0.0.1', 9_999, 2_999)), 'refused');
  });

  it('no better source later than that', () => {
    latch.admit(at('192.0.2.9', 7_000, 0));
    latch.heard(1, 2_999);
    assert.equal(latch.admit(at('10.0.0.1', 4_000, 3_000, 2)), 'refused');
  });

  it('the same stream from a new source once the old one has been silent for three seconds', () => {
    latch.admit(at('192.0.2.9', 7_000, 0));
    latch.heard(1, 10_000);
    assert.equal(latch.admit(at('192.0.2.9', 7_001, 12_999)), 'refused');
    assert.equal(latch.admit(at('192.0.2.9', 7_001, 13_000, 2)), 'refused', 'another stream');
    assert.equal(latch.admit(at('192.0.2.9', 7_001, 13_000)), 'latched');
  });

  it('not the stream of the call that had the port before, unless the SDP names its very source', () => {
    latch.distrust(0x77);
    assert.equal(latch.admit(at('192.0.2.9', 7_000, 0, 0x77)), 'refused');
    assert.equal(latch.admit(at('10.0.0.1', 4_000, 0, 0x77)), 'latched');
  });

  it('a party that moves from its old address too, for a moment, without taking it for the new one', () => {
    latch.admit(at('192.0.2.9', 7_000, 0));
    latch.expect({ host: '10.0.0.2', port: 5_000 }, null, 1_000);
    assert.equal(latch.admit(at('192.0.2.9', 7_000, 1_100)), 'passed');
    assert.equal(latch.learned, null);
    assert.equal(latch.admit(at('192.0.2.77', 5_000, 1_200)), 'latched');
    assert.equal(latch.admit(at('192.0.2.9', 7_000, 1_300)), 'refused');
  });

  it('what came with a call from a peer, from the first packet on', () => {
    latch.expect(TOLD, { host: '192.0.2.9', port: 7_000 }, 0);
    assert.deepEqual(latch.learned, { host: '192.0.2.9', port: 7_000 });
    assert.equal(latch.admit(at('192.0.2.10', 7_000, 10)), 'refused');
  });
});
