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
      const found = hostVerdict([standby, sampleVip(vip)]);
      assert.deepEqual(found, {
        verdict,
        reason: sampleVip(vip).reason,
        since: standby.since,
      });
    });
  }

  it('is ready when every VIP is one that this host stands by for', () => {
    assert.equal(hostVerdict([standby]).verdict, 'ready');
  });
});
