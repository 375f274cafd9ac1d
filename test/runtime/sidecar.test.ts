import assert from 'node:assert/strict';

import { CONFIG } from './fakes.js';
import { SidecarBench } from './sidecar-bench.js';

describe('the sidecar', () => {
  let bench: SidecarBench;

  beforeEach(() => {
    bench = new SidecarBench();
  });

  afterEach(() => bench.end());

  it('declares nothing when it finds all in place', async () => {
    await bench.healthy();
    assert.deepEqual(bench.speaker.declared, []);
    const view = bench.sidecar.view();
    assert.equal(view.verdict, 'serving');
    assert.deepEqual(
      view.vips.map((vip) => [vip.rankName, vip.verified, vip.announced.length]),
      [
        ['home', true, 2],
        ['standby-ready', true, 1],
      ],
    );
  });

  it('has commanded the withdrawal before the observation of the death returns', async () => {
    await bench.healthy();
    bench.die();
    assert.deepEqual(
      bench.speaker.declared.at(-1)?.map((route) => route.rank),
      ['withdrawn', 'withdrawn', 'withdrawn'],
    );
  });

  it('writes one line for the decision, with evidence, reason and stages', async () => {
    await bench.healthy();
    bench.die();
    await bench.clock.tickAsync(0);
    const decision = bench.log.find('decision');
    assert.ok(decision !== undefined);
    assert.equal(decision['outcome'], 'verified');
    assert.deepEqual(decision['changes'], [
      { vip: 'a', from: 0, to: 'withdrawn', reason: 'relay-dead' },
      { vip: 'b', from: 1, to: 'withdrawn', reason: 'relay-dead' },
    ]);
    assert.deepEqual(Object.keys(decision['stages'] as object), [
      'observedAtMs',
      'detectedAtMs',
      'decidedAtMs',
      'commandedAtMs',
      'verifiedAtMs',
    ]);
    assert.deepEqual(bench.sidecar.view().lastFailover?.stagesMs, {
      detected: 0,
      decided: 0,
      commanded: 0,
      verified: 0,
    });
  });

  it('wakes by itself when time alone changes the verdict', async () => {
    await bench.healthy();
    await bench.clock.tickAsync(2_010);
    assert.equal(bench.sidecar.view().vips[0]?.reason, 'blind');
  });

  it('tries a refused command again and says what the daemon said', async () => {
    await bench.healthy();
    bench.speaker.refuse = new Error('BIRD refused: 8007 Access denied');
    bench.die();
    await bench.clock.tickAsync(30);
    assert.ok(bench.speaker.declared.length >= 2);
    assert.equal(
      bench.log.lines.find((line) => line.fields['event'] === 'speaker-failed')?.message,
      bench.speaker.refuse.message,
    );
    bench.speaker.refuse = undefined;
    await bench.clock.tickAsync(100);
    assert.equal(bench.log.find('decision')?.['outcome'], 'verified');
  });

  it('closes a decision that nobody confirms as unverified, with the reason', async () => {
    await bench.healthy();
    bench.speaker.refuse = new Error('no answer');
    bench.die();
    await bench.clock.tickAsync(4_000);
    const decision = bench.log.find('decision');
    assert.equal(decision?.['outcome'], 'unverified');
    assert.equal(decision['detail'], 'no answer');
  });

  it('marks a decision that the next one overtakes', async () => {
    await bench.healthy();
    bench.speaker.deaf = true;
    for (let round = 0; round < 4; round += 1) {
      bench.relay({ kind: 'relay-ping', atMs: Date.now(), outcome: 'missed', lateMs: 0 });
    }
    bench.die();
    assert.equal(bench.log.find('decision')?.['outcome'], 'superseded');
  });

  it('leaves every route alone when it stops and on-stop is hold', async () => {
    await bench.healthy();
    await bench.sidecar.stop();
    bench.relay({ kind: 'relay-connection', atMs: Date.now(), state: 'refused' });
    assert.deepEqual(bench.speaker.declared, []);
  });

  for (const [onStop, ranks] of [
    ['drain', [2, 2, 3]],
    ['withdraw', ['withdrawn', 'withdrawn', 'withdrawn']],
  ] as const) {
    it(`declares ${ranks.join(', ')} before it stops when on-stop is ${onStop}`, async () => {
      await bench.healthy({ ...CONFIG, onStop });
      const stopped = bench.sidecar.stop();
      await bench.clock.tickAsync(1);
      await stopped;
      assert.deepEqual(
        bench.speaker.declared.at(-1)?.map((route) => route.rank),
        ranks,
      );
      assert.equal(bench.log.find('goodbye')?.['confirmed'], true);
    });
  }

  it('shows no Redis where none is configured', async () => {
    await bench.healthy({ ...CONFIG, redis: undefined });
    assert.equal(bench.sidecar.view().redis, null);
  });
});
