import assert from 'node:assert/strict';

import { judge, type RunFacts } from '../../src/drill/judge.js';

const GOOD: RunFacts = {
  limits: { firstPacketMs: 30, lost: 1 },
  stagesMs: {
    detected: 2,
    decided: 2,
    commanded: 3,
    verified: 20,
    router: 4,
    firstPacket: 5,
  },
  media: {
    streams: 40,
    gapMs: { p50: 20, max: 40 },
    lostMax: 1,
    lost: 5,
    reordered: 0,
    duplicates: 0,
    worst: { call: 'call-3', vip: 'a', family: 4, lost: 1, firstLost: 15, sent: 80 },
    callersLateMs: 1,
    probe: { gapMs: 5, lost: 4 },
  },
  calls: { before: 20, after: 20, atRiskSaid: null },
  moves: { falseMoves: 0, missing: 0, said: [] },
  budget: null,
  ended: [],
  sessionsBackMs: undefined,
  updates: undefined,
  trouble: undefined,
};

function faults(changes: Partial<RunFacts>): string {
  const { passed, why } = judge({ ...GOOD, ...changes });
  return passed ? 'passed' : why;
}

describe('judge', () => {
  it('passes a run in which all is as it must be', () => {
    assert.equal(judge(GOOD).passed, true);
    assert.match(judge(GOOD).why, /20 of 20 calls go on, lost at most 1/);
  });

  it('says which status spoke too late', () => {
    const screen = { relay: 'relay-b', vip: 'a', reason: 'replica-silent', rank: 3, withinMs: 500 };
    assert.equal(faults({ screens: [{ ...screen, ms: 500 }] }), 'passed');
    assert.match(
      faults({ screens: [{ ...screen, ms: 501 }] }),
      /relay-b said replica-silent after 501 ms, expected within 500 ms/,
    );
  });

  it('takes the limits themselves as kept, and what is beyond as broken', () => {
    const { stagesMs, media } = GOOD;
    assert.equal(faults({ stagesMs: { ...stagesMs, firstPacket: 30 } }), 'passed');
    assert.match(faults({ stagesMs: { ...stagesMs, firstPacket: 30.01 } }), /after 30.01 ms/);
    const worst = { ...media.worst!, lost: 2 };
    assert.equal(
      faults({ media: { ...media, lostMax: 2, worst } }),
      'call-3 on VIP a (IPv4) lost 2 packets, the first of them number 16 of 80, at most 1 were expected',
    );
  });

  it('forgives calls that were in set-up, and no others', () => {
    const calls = { before: 320, after: 317, atRiskSaid: 3 };
    assert.equal(faults({ calls, callsInSetUp: 3 }), 'passed');
    assert.match(faults({ calls, callsInSetUp: 2 }), /317 of 320 calls go on/);
    assert.match(faults({ calls: { ...calls, after: 321 }, callsInSetUp: 9 }), /321 of 320/);
  });

  it('holds what was said to be at risk against what was lost, within the calls in set-up', () => {
    const calls = { before: 320, after: 318, atRiskSaid: 5 };
    assert.equal(faults({ calls, callsInSetUp: 3 }), 'passed');
    assert.match(
      faults({ calls: { ...calls, atRiskSaid: 6 }, callsInSetUp: 3 }),
      /6 calls were said to be at risk, 2 were lost/,
    );
    assert.equal(faults({ calls: { ...calls, atRiskSaid: null }, callsInSetUp: 3 }), 'passed');
  });

  it('fails a run in which the scenario itself found something amiss', () => {
    assert.equal(faults({ faults: ['ready with 14 of 15 calls'] }), 'ready with 14 of 15 calls');
  });

  it('fails a run whose first packet never came, if one was to come', () => {
    const stagesMs = { ...GOOD.stagesMs, firstPacket: null };
    assert.match(faults({ stagesMs }), /never came/);
    assert.equal(faults({ stagesMs, limits: { lost: 1 } }), 'passed');
  });

  it('fails a run in which a call ended', () => {
    assert.match(faults({ calls: { ...GOOD.calls, after: 19 } }), /19 of 20 calls go on/);
  });

  it('fails a run with a false or a missing move', () => {
    const said = ['VIP b (IPv4) went to relay-a'];
    assert.match(faults({ moves: { falseMoves: 1, missing: 0, said } }), /VIP b/);
    assert.match(faults({ moves: { falseMoves: 0, missing: 1, said } }), /VIP b/);
  });

  it('fails a silent run in which the router received an update', () => {
    const updates = { before: 'relay-a: 3', after: 'relay-a: 4' };
    assert.match(faults({ updates }), /the router got updates/);
    assert.equal(faults({ updates: { ...updates, after: updates.before } }), 'passed');
  });

  it('takes the worst case of the file as kept at the limit, and as broken beyond or never over', () => {
    const stage = { detect: 1, decide: 1, act: 1, verify: 1 };
    const budget = (total: number | null) => ({
      fault: 'relay dead',
      computedMs: { ...stage, total: 465 },
      measuredMs: { ...stage, total },
    });
    assert.equal(faults({ budget: budget(465) }), 'passed');
    assert.match(faults({ budget: budget(466) }), /"relay dead" took 466 ms, .* at most 465 ms/);
    assert.match(faults({ budget: budget(null) }), /"relay dead" was never over/);
  });

  it('fails a failback whose route returned before the sessions', () => {
    assert.match(faults({ sessionsBackMs: 4.1 }), /before the sessions/);
    assert.equal(faults({ sessionsBackMs: 4 }), 'passed');
  });

  it('says everything that went wrong', () => {
    const why = faults({ trouble: 'waited in vain', ended: ['rtpengine ended with SIGSEGV'] });
    assert.equal(why, 'waited in vain; rtpengine ended with SIGSEGV');
  });

  it('fails a run in which the guard was late', () => {
    const limits = { lost: 1, guardMs: { found: 100, back: 1_000 } };
    assert.equal(faults({ limits, guardMs: { found: 100, back: 1_000 } }), 'passed');
    assert.match(faults({ limits, guardMs: { found: 101, back: 1_000 } }), /found it after 101 ms/);
    assert.match(faults({ limits, guardMs: { found: 9, back: 1_001 } }), /watched after 1001 ms/);
  });

  it('fails a run that a damping router would mute, or with too many changes', () => {
    const limits = { lost: 1, changes: 5 };
    const account = { updates: 10, changesMax: 5, penaltyMax: 1_999, suppress: 2_000 };
    const good = { ...account, elsewhere: account };
    assert.equal(faults({ limits, damping: good }), 'passed');
    assert.match(faults({ limits, damping: { ...good, penaltyMax: 2_000 } }), /a penalty of 2000/);
    assert.match(faults({ limits, damping: { ...good, changesMax: 6 } }), /6 changes of one/);
  });
});
