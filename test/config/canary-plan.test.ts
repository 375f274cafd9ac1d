import assert from 'node:assert/strict';

import { canaryMissesMax, planCanary, sayCanary } from '../../src/config/canary-plan.js';
import { parseConfig } from '../../src/config/load.js';
import { changed, GOOD } from './sample.js';

describe('the plan of the canary call', () => {
  const plan = (text: string) => planCanary(parseConfig(text, 'holdline.yaml'));
  const said = (text: string): string => sayCanary(parseConfig(text, 'holdline.yaml'));

  it('leads through the first address of the first VIP that is at home here', () => {
    assert.deepEqual(plan(GOOD), { vip: 'a', address: '10.99.0.1' });
    assert.equal(said(GOOD), 'a canary call through 10.99.0.1 (VIP a) proves that media flow');
  });

  for (const [given, text, why] of [
    [
      'the file says no',
      changed('vips:', '  canary: { enabled: false }\nvips:'),
      'relay.canary.enabled is false',
    ],
    [
      'the relay is no more than a port',
      changed('kind: rtpengine', 'kind: tcp').replace('ng: udp', 'tcp: tcp'),
      'a relay of kind tcp takes no offer over ng',
    ],
    [
      'this host is a standby only',
      changed('role: home', 'role: standby\n    of: relay-c'),
      'no VIP is at home here',
    ],
  ] as const) {
    it(`has no call when ${given}, and says what is not proven then`, () => {
      assert.deepEqual(plan(text), { address: undefined, because: why });
      assert.match(said(text), new RegExp(`^no canary call, as ${why}: .* nothing of its media$`));
    });
  }
});

describe('the packets that make the media dead', () => {
  for (const [intervalMs, deadlineMs, misses, foundMs] of [
    [20, 50, 9, 240],
    [50, 50, 4, 250],
    [75, 50, 2, 225],
    [100, 50, 2, 300],
    [50, 500, 2, 600],
  ] as const) {
    it(`are ${misses} at one each ${intervalMs} ms: found within ${foundMs} ms`, () => {
      const { relay } = parseConfig(GOOD, 'holdline.yaml');
      const canary = { enabled: true, intervalMs };
      const ping = { ...relay.ping, deadlineMs };
      assert.equal(canaryMissesMax({ ...relay, canary, ping }), misses);
      const judgedMs = Math.ceil(deadlineMs / intervalMs) * intervalMs;
      assert.equal(misses * intervalMs + judgedMs, foundMs);
    });
  }
});
