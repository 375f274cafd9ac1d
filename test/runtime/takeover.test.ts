import assert from 'node:assert/strict';

import type { OwnWord } from '../../src/ports/peer-exchange.js';
import { STANDBY } from '../domain/story.js';
import { sampleWord } from '../support/sample-word.js';
import { SidecarBench } from './sidecar-bench.js';

describe('a standby that takes over', () => {
  let bench: SidecarBench;
  let sequence = 0;

  beforeEach(async () => {
    bench = new SidecarBench();
    await bench.healthy();
  });
  afterEach(() => bench.end());

  function hear(rank: number | 'withdrawn', changes: Partial<OwnWord> = {}): void {
    sequence += 1;
    const vips = [{ name: STANDBY.name, rank, of: undefined }];
    bench.peers.tell({
      kind: 'peer',
      atMs: Date.now(),
      node: 'relay-b',
      word: { sequence, ...sampleWord({ vips, ...changes }) },
    });
  }

  async function count(foreign: number): Promise<void> {
    await bench.clock.tickAsync(10);
    const own = 1;
    bench.relay({
      kind: 'relay-sessions',
      atMs: Date.now(),
      own,
      foreign,
      total: own + foreign,
    });
  }

  it('holds the last word of the home against its own first count since', async () => {
    hear(0, { sessions: { own: 40, foreign: 1 }, atRisk: 2 });
    hear('withdrawn', { relay: 'dead', sessions: undefined });
    assert.equal(bench.sidecar.view().lastTakeover?.callsLost, null, 'not counted yet');
    await count(37);
    await count(20);
    const said = bench.sidecar.view().lastTakeover;
    assert.deepEqual(said, {
      at: said?.at,
      vip: STANDBY.name,
      from: 'relay-b',
      relay: 'dead',
      callsBefore: 40,
      atRiskSaid: 2,
      callsHeld: 37,
      callsLost: 3,
    });
  });

  it('has none to tell of while the home keeps its rank, whatever else it says', async () => {
    hear(0);
    hear(0, { drained: true });
    await count(3);
    assert.equal(bench.sidecar.view().lastTakeover, null);
  });

  it('does not take a home that comes back for one that lets go', () => {
    hear('withdrawn', { relay: 'dead' });
    const before = bench.sidecar.view().lastTakeover;
    hear(2);
    hear(0);
    assert.deepEqual(bench.sidecar.view().lastTakeover, before);
  });
});
