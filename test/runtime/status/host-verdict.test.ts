import assert from 'node:assert/strict';

import type { VipView } from '../../../src/ports/status-view.js';
import { hostVerdict } from '../../../src/runtime/status/host-verdict.js';
import type { SpeakerEvidence } from '../../../src/domain/convergence.js';
import { sampleVip } from '../../support/sample-status-view.js';

const REPORTED_AT_MS = Date.UTC(2026, 10, 22, 3, 4, 5);

function speaker(
  daemon: SpeakerEvidence['daemon'] = 'up',
  ...states: readonly SpeakerEvidence['sessions'][number]['state'][]
): SpeakerEvidence {
  const sessions = states.map((state) => ({ neighbour: '192.0.2.1', state, bfd: 'off' as const }));
  return { daemon, reportedAtMs: REPORTED_AT_MS, held: [], sessions };
}

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
      const found = hostVerdict([standby, sampleVip(vip)], speaker());
      assert.deepEqual(found, {
        verdict,
        reason: sampleVip(vip).reason,
        since: standby.since,
      });
    });
  }

  it('is ready when every VIP is one that this host stands by for', () => {
    assert.equal(hostVerdict([standby], speaker()).verdict, 'ready');
  });

  const cutOff = (reason: string): object => ({
    verdict: 'down',
    reason,
    since: new Date(REPORTED_AT_MS).toISOString(),
  });

  it('is down when its routes reach nobody, whatever its VIPs are', () => {
    const vips = [standby, sampleVip({})];
    assert.deepEqual(hostVerdict(vips, speaker('unreachable')), cutOff('daemon-unreachable'));
    assert.deepEqual(hostVerdict(vips, speaker('up', 'active', 'idle')), cutOff('no-session'));
  });

  it('is that of its VIPs while one session stands, or nobody can see', () => {
    for (const heard of [
      speaker('up', 'active', 'established'),
      speaker('up', 'unknown'),
      speaker('up'),
      speaker('unknown'),
    ]) {
      assert.equal(hostVerdict([sampleVip({})], heard).verdict, 'serving');
    }
  });

  it('names the dead relay before the daemon', () => {
    const dead = sampleVip({ rankName: 'withdrawn', reason: 'relay-dead' });
    assert.equal(hostVerdict([dead], speaker('unreachable')).reason, 'relay-dead');
  });
});
