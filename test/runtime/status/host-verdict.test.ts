import assert from 'node:assert/strict';

import type { VipView } from '../../../src/ports/status-view.js';
import { hostVerdict } from '../../../src/runtime/status/host-verdict.js';
import { sampleVip } from '../../support/sample-status-view.js';

describe('the word for the whole host', () => {
  const standby = sampleVip({ name: 'b', rankName: 'standby-ready', reason: 'standby-ready' });

  for (const [given, vip, verdict] of [
    ['serves', {}, 'serving'],
    ['is demoted', { rankName: 'home-demoted', reason: 'drained' }, 'degraded'],
    ['is withdrawn for a dead relay', { rankName: 'withdrawn', reason: 'relay-dead' }, 'down'],
    ['is withdrawn for a hung relay', { rankName: 'withdrawn', reason: 'relay-hung' }, 'down'],
    ['is withdrawn for dead media', { rankName: 'withdrawn', reason: 'media-dead' }, 'down'],
    ['is withdrawn and settles', { rankName: 'withdrawn', reason: 'settling' }, 'starting'],
    ['is not known yet', { rankName: 'unknown', reason: 'starting' }, 'starting'],
  ] as const satisfies readonly (readonly [string, Partial<VipView>, string])[]) {
    it(`is ${verdict} when one VIP ${given} and the other is ready`, () => {
      const found = hostVerdict([standby, sampleVip(vip)], undefined);
      assert.deepEqual(found, {
        verdict,
        reason: sampleVip(vip).reason,
        since: standby.since,
      });
    });
  }

  it('is ready when every VIP is one that this host stands by for', () => {
    assert.equal(hostVerdict([standby], undefined).verdict, 'ready');
  });

  const cutOff = { reason: 'no-session', sinceMs: Date.UTC(2026, 10, 22, 3, 4, 5) } as const;

  it('is down when its routes reach nobody, whatever its VIPs are', () => {
    const expected = { verdict: 'down', reason: 'no-session', since: '2026-11-22T03:04:05.000Z' };
    assert.deepEqual(hostVerdict([standby, sampleVip({})], cutOff), expected);
    assert.deepEqual(hostVerdict([sampleVip({ rankName: 'home-demoted' })], cutOff), expected);
  });

  it('names the dead relay, and the start, before that', () => {
    const dead = sampleVip({ rankName: 'withdrawn', reason: 'relay-dead' });
    assert.equal(hostVerdict([dead], cutOff).reason, 'relay-dead');
    const unknown = sampleVip({ rankName: 'unknown', reason: 'starting' });
    assert.equal(hostVerdict([unknown], cutOff).verdict, 'starting');
  });
});
