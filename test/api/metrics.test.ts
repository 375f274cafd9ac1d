import assert from 'node:assert/strict';

import { StatusMetrics } from '../../src/api/metrics.js';
import { sampleView, sampleVip } from '../support/sample-status-view.js';

describe('the metrics', () => {
  it('give ranks, reasons and times with their units', async () => {
    const lines = await scrape(new StatusMetrics());
    for (const line of [
      'holdline_info{node="relay-a",version="0.1.0"} 1',
      'holdline_verdict{verdict="serving"} 1',
      'holdline_verdict{verdict="down"} 0',
      'holdline_vip_rank{vip="b"} 1',
      'holdline_vip_standing{vip="a",role="home",rank_name="home",reason="serving"} 1',
      'holdline_relay_ping_seconds 0.00031',
      'holdline_relay_sessions{kind="foreign"} 1801',
      'holdline_canary_state{state="heard"} 1',
      'holdline_canary_round_trip_seconds 0.0002',
      'holdline_canary_missed_packets 0',
      'holdline_foreign_canary_held{of="relay-b"} 1',
      'holdline_redis_lag_seconds 0.002',
      'holdline_parity_sessions{vip="b",side="standby",kind="held"} 1801',
      'holdline_bgp_session_established{neighbour="10.0.1.1"} 1',
      'holdline_bgp_bfd_up{neighbour="10.0.1.1"} 1',
    ]) {
      assert.ok(lines.includes(line), `${line} is missing`);
    }
  });

  it('have no sample for what is not known', async () => {
    const metrics = new StatusMetrics();
    const relay = { ...sampleView().relay, pingMs: null, sessions: null, canary: null };
    const lines = await scrape(metrics, { relay, redis: null });
    assert.deepEqual(
      lines.filter((line) =>
        /^holdline_(canary|relay_ping|relay_sessions|redis|parity|repair|last_move)/.test(line),
      ),
      [],
    );
  });

  it('forget what held at the last scrape', async () => {
    const metrics = new StatusMetrics();
    await scrape(metrics);
    const dead = sampleVip({ rank: 'withdrawn', rankName: 'withdrawn', reason: 'relay-dead' });
    const lines = await scrape(metrics, { vips: [dead], reason: 'relay-dead', verdict: 'down' });
    assert.deepEqual(
      lines.filter((line) => /^holdline_(vip_rank|reason|vip_standing)/.test(line)),
      [
        'holdline_reason{reason="relay-dead"} 1',
        'holdline_vip_standing{vip="a",role="home",rank_name="withdrawn",reason="relay-dead"} 1',
      ],
    );
  });

  it('tell the stages of the last move as far as they came', async () => {
    const lastFailover = {
      at: '2026-11-22T11:59:00.000Z',
      cause: 'relay-dead',
      changes: [{ vip: 'a', from: 0, to: 'withdrawn' }],
      stagesMs: { detected: 1.5, decided: 1.6, commanded: 2.1, verified: null },
      atRiskBefore: { calls: 0, of: 1_200, because: null },
    } as const;
    const lines = await scrape(new StatusMetrics(), { lastFailover });
    assert.ok(lines.includes('holdline_last_move_stage_seconds{stage="commanded"} 0.0021'));
    assert.ok(!lines.some((line) => line.includes('stage="verified"')));
  });
});

async function scrape(
  metrics: StatusMetrics,
  changes: Parameters<typeof sampleView>[0] = {},
): Promise<readonly string[]> {
  const text = await metrics.render(sampleView(changes));
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
