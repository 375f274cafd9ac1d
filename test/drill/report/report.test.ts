import assert from 'node:assert/strict';

import type { RunResult } from '../../../src/drill/report/result.js';
import { table } from '../../../src/drill/report/table.js';
import { timeline } from '../../../src/drill/report/timeline.js';

const RESULT: RunResult = {
  scenario: 'relay-crash',
  run: 1,
  relay: 'rtpengine',
  bgp: 'bird',
  store: 'redis',
  router: 'bird',
  faultAt: '2026-11-22T12:01:54.849Z',
  stagesMs: {
    detected: 1.5,
    decided: 1.6,
    commanded: 2.5,
    verified: null,
    router: 3.5,
    firstPacket: 3.9,
  },
  media: {
    streams: 40,
    gapMs: { p50: 21, max: 41 },
    lostMax: 1,
    lost: 5,
    reordered: 0,
    duplicates: 0,
    worst: null,
    callersLateMs: 1,
    probe: { gapMs: 6, lost: 4 },
  },
  calls: { before: 21, after: 21, atRiskSaid: null },
  budget: {
    fault: 'relay dead',
    computedMs: { detect: 10, decide: 5, act: 300, verify: 150, total: 465 },
    measuredMs: { detect: 1.5, decide: 0.1, act: 0.9, verify: null, total: null },
  },
  falseMoves: 0,
  passed: true,
  why: '21 of 21 calls go on, lost at most 1',
};

describe('the table over the runs', () => {
  it('has the middle and the worst of each stage', () => {
    const slower = { ...RESULT, run: 2, stagesMs: { ...RESULT.stagesMs, firstPacket: 12.04 } };
    const slowest = { ...slower, run: 3, passed: false };
    const text = table([RESULT, slower, slowest]).join('\n');
    assert.match(text, /relay-crash with bird: 2 of 3 runs passed/);
    assert.match(text, /first packet at the peer +12\.0 +12\.0 ms/);
    assert.match(text, /detected +1\.5 +1\.5 ms/);
  });

  it('sets the computed worst case beside what was measured', () => {
    assert.match(table([RESULT]).join('\n'), /computed worst case +465\.0 +465\.0 ms/);
    const { moves, deed } = { moves: ['relay-b' as const], deed: 'x' };
    const told = timeline(RESULT, { moves, deed }).join('\n');
    assert.match(
      told,
      /"relay dead" may take 465 ms: detect 10 ms, decide 5 ms, act 300 ms, verify 150 ms/,
    );
    assert.match(told, /measured to take -: detect 1\.5 ms, decide 0\.1 ms, act 0\.9 ms, verify -/);
  });

  it('leaves open what never happened', () => {
    assert.match(table([RESULT]).join('\n'), /verified +- +-/);
  });

  it('has no stages where nothing was to move', () => {
    const stages = Object.keys(RESULT.stagesMs).map((stage) => [stage, null]);
    const stagesMs = Object.fromEntries(stages) as RunResult['stagesMs'];
    const text = table([{ ...RESULT, stagesMs, budget: null }]).join('\n');
    assert.doesNotMatch(text, /detected|computed/);
    assert.match(text, /lost, worst stream/);
  });

  it('has a part for each scenario', () => {
    const text = table([RESULT, { ...RESULT, scenario: 'drain' }]).join('\n');
    assert.match(text, /relay-crash with bird: 1 of 1/);
    assert.match(text, /drain with bird: 1 of 1/);
  });
});

describe('the timeline of a run', () => {
  const lines = timeline(RESULT, { deed: 'rtpengine is killed', moves: ['relay-b'] });

  it('tells the moments in their order, from the fault on', () => {
    const moments = lines.filter((line) => / ms {2}/.test(line)).map((line) => line.trim());
    assert.deepEqual(moments, [
      '0.0 ms  fault: rtpengine is killed',
      '1.5 ms  the sidecar of relay-a detects it',
      '1.6 ms  it has decided',
      '2.5 ms  its BGP daemon has taken the command',
      '3.5 ms  the router sends VIP a to relay-b',
      '3.9 ms  first packet at relay-b',
    ]);
  });

  it('tells what the calls heard', () => {
    assert.match(lines.join('\n'), /21 of 21 go on; 40 streams lost 5 packets, the worst 1\n/);
  });
});
