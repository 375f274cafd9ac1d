import assert from 'node:assert/strict';

import { HOME, STANDBY } from '../domain/story.js';
import { sampleWord } from '../support/sample-word.js';
import { CONFIG } from './fakes.js';
import { SidecarBench } from './sidecar-bench.js';

const VIPS = [
  { name: HOME.name, rank: 1, of: 'relay-a' },
  { name: STANDBY.name, rank: 0, of: undefined },
];

describe('a relay that could not carry everything', () => {
  let bench: SidecarBench;
  let sequence = 0;

  beforeEach(async () => {
    bench = new SidecarBench();
    await bench.healthy({ ...CONFIG, capacity: { sessions: 100 } });
  });
  afterEach(() => bench.end());

  function count(own: number, foreign: number): void {
    const atMs = Date.now();
    bench.relay({ kind: 'relay-sessions', atMs, own, foreign, total: own + foreign });
  }

  function standby(own: number, foreign: number, capacity?: number): void {
    sequence += 1;
    const word = sampleWord({ vips: VIPS, sessions: { own, foreign }, capacity });
    bench.peers.tell({
      kind: 'peer',
      atMs: Date.now(),
      node: 'relay-b',
      word: { sequence, ...word },
    });
  }

  const alarms = (): readonly string[] =>
    bench.log.lines
      .filter(({ fields }) => fields['event'] === 'capacity')
      .map(({ level, message }) => `${level}: ${message}`);

  it('is told of once before it matters, and once when there is room to spare again', () => {
    count(60, 40);
    assert.deepEqual(alarms(), []);
    [101, 99, 102, 96].forEach((all) => count(60, all - 60));
    assert.deepEqual(alarms(), [
      'warn: if everything failed over: relay-a would have to carry 101 calls and can carry 100',
    ]);
    count(60, 35);
    assert.equal(alarms().at(-1), 'info: relay-a has room again for everything');
  });

  it('is on the status, with the ready standbys that say what they can carry', () => {
    count(60, 41);
    standby(41, 60, 500);
    const { capacity } = bench.sidecar.view();
    assert.deepEqual(capacity?.own, {
      node: 'relay-a',
      capacity: 100,
      ifAllCame: 101,
      overloaded: true,
      because: 'relay-a would have to carry 101 calls and can carry 100',
    });
    assert.deepEqual(
      capacity.standbys.map((load) => [load.node, load.ifAllCame, load.overloaded]),
      [['relay-b', 101, false]],
    );
  });

  it('is a reason to refuse a drain, unless it is forced', async () => {
    standby(2, 1, 2);
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined };
    const refused = await bench.sidecar.desk.drain({ ...order, force: false });
    assert.equal(refused.done, false);
    assert.match(refused.says[0] ?? '', /^Refused: relay-b would have to carry 3 calls and can/);
    const forced = bench.sidecar.desk.drain({ ...order, force: true });
    await bench.clock.tickAsync(1);
    assert.equal((await forced).done, true);
  });

  it('is not known of a standby that does not say what it can carry', () => {
    standby(10_000, 1);
    assert.deepEqual(bench.sidecar.view().capacity?.standbys, []);
  });
});
