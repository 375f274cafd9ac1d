import assert from 'node:assert/strict';

import { SpeakerError } from '../../src/ports/bgp-speaker.js';
import { CONFIG } from './fakes.js';
import { SidecarBench } from './sidecar-bench.js';

const ROUTER = '10.0.1.1';
const ESCALATING = {
  ...CONFIG,
  bgp: {
    ...CONFIG.bgp,
    escalate: ['retry', 'disable-neighbour', 'stop-command'] as const,
    stopCommand: ['true'],
  },
};

const silent = (): SpeakerError => new SpeakerError('daemon-silent', 'BIRD says nothing');

describe('the sidecar with a daemon that does not withdraw', () => {
  let bench: SidecarBench;

  beforeEach(async () => {
    bench = new SidecarBench();
    await bench.healthy(ESCALATING);
  });

  afterEach(() => bench.end());

  it('takes the neighbours down, tells of it, and lets them up when the relay is back', async () => {
    bench.speaker.stubborn = true;
    bench.die();
    await bench.clock.tickAsync(300);
    assert.equal(bench.sidecar.view().bgp.escalation?.stage, 'retry');
    assert.deepEqual(bench.speaker.disabled, []);
    await bench.clock.tickAsync(125);
    assert.deepEqual(bench.speaker.disabled, [ROUTER]);
    const decision = bench.log.find('decision');
    assert.equal(decision?.['outcome'], 'verified');
    assert.deepEqual(decision['remedies'], ['disable-neighbour']);
    assert.deepEqual(bench.sidecar.view().bgp.disabledNeighbours, [ROUTER]);
    const atMs = Date.now();
    bench.relay({ kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: 0.2 });
    assert.deepEqual(bench.speaker.enabled, [ROUTER]);
  });

  it('ends the daemon when nothing else helps, and says what was tried', async () => {
    bench.speaker.refuse = silent();
    bench.die();
    await bench.clock.tickAsync(430);
    assert.equal(bench.stops, 1);
    const { bgp } = bench.sidecar.view();
    assert.equal(bgp.escalation?.stage, 'stop-command');
    assert.deepEqual(
      bgp.escalation.begun.map(({ remedy, outcome }) => `${remedy} ${outcome}`),
      ['disable-neighbour failed', 'stop-command done'],
    );
    const said = bench.log.lines.filter(({ fields }) => fields['event'] === 'escalation');
    assert.deepEqual(
      said.map(({ fields }) => `${String(fields['stage'])} ${String(fields['outcome'])}`),
      [
        'disable-neighbour under-way',
        'disable-neighbour failed',
        'stop-command under-way',
        'stop-command done',
      ],
    );
    assert.match(said[0]?.message ?? '', /taking down the BGP sessions to 10\.0\.1\.1/);
    await bench.clock.tickAsync(2_000);
    const decision = bench.log.find('decision');
    assert.equal(decision?.['outcome'], 'unverified');
    assert.deepEqual(decision['remedies'], ['disable-neighbour', 'stop-command']);
  });

  it('leaves a daemon alone that has ended', async () => {
    bench.speaker.refuse = new SpeakerError('daemon-unreachable', 'nobody listens');
    bench.die();
    await bench.clock.tickAsync(3_000);
    assert.equal(bench.stops, 0);
    assert.deepEqual(bench.speaker.disabled, []);
  });

  it('gives up a remedy that does not end', async () => {
    bench.speaker.refuse = silent();
    bench.speaker.hangs = true;
    bench.die();
    await bench.clock.tickAsync(500);
    assert.equal(bench.stops, 0);
    await bench.clock.tickAsync(60);
    assert.equal(bench.stops, 1);
  });
});
