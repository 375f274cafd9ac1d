import assert from 'node:assert/strict';

import {
  decisionBehind,
  readDecisions,
  verifiedAtMs,
} from '../../../src/drill/measure/decisions.js';

function line(decidedAtMs: number, vip = 'a', commandedAtMs: number | null = decidedAtMs + 1) {
  const stages = { detectedAtMs: decidedAtMs - 1, decidedAtMs, commandedAtMs, verifiedAtMs: null };
  const changes = [{ vip, from: 0, to: 'withdrawn', reason: 'relay-dead' }];
  return JSON.stringify({ level: 30, event: 'decision', id: 1, changes, stages });
}

describe('readDecisions', () => {
  it('reads the stages of each decision', () => {
    assert.deepEqual(readDecisions(`${line(10)}\n`), [
      { vips: ['a'], detectedAtMs: 9, decidedAtMs: 10, commandedAtMs: 11, verifiedAtMs: null },
    ]);
  });

  it('passes over other lines, words of others and a line that is cut off', () => {
    const log = ['{"event":"started"}', 'a "decision"', '{"event":"decision"', line(10)].join('\n');
    assert.equal(readDecisions(log).length, 1);
  });

  it('passes over a decision without times', () => {
    assert.deepEqual(readDecisions('{"event":"decision","changes":[]}'), []);
  });
});

describe('decisionBehind', () => {
  const decisions = readDecisions([line(10), line(20, 'b'), line(30), line(40)].join('\n'));

  it('is the last about the VIP before the router changed', () => {
    const found = decisionBehind(decisions, { vip: 'a', faultAtMs: 5, routerAtMs: 35 });
    assert.equal(found?.decidedAtMs, 30);
  });

  it('is never one from before the fault', () => {
    const found = decisionBehind(decisions, { vip: 'a', faultAtMs: 15, routerAtMs: 25 });
    assert.equal(found, undefined);
  });

  it('is the first after the fault when the router did not change', () => {
    const found = decisionBehind(decisions, { vip: 'a', faultAtMs: 15, routerAtMs: null });
    assert.equal(found?.decidedAtMs, 30);
  });
});

describe('verifiedAtMs', () => {
  const [demoted, other, withdrawn] = readDecisions(
    [line(10), line(20, 'b'), line(30)].join('\n'),
  ).map((each) => ({
    ...each,
    verifiedAtMs: each.decidedAtMs === 10 ? null : each.decidedAtMs + 5,
  }));
  const decisions = [demoted, other, withdrawn].filter((each) => each !== undefined);

  it('is that of the decision that superseded it, for the same VIP', () => {
    assert.equal(verifiedAtMs(decisions, { vip: 'a', decision: demoted }), 35);
    assert.equal(verifiedAtMs(decisions, { vip: 'a', decision: withdrawn }), 35);
  });

  it('is unknown where nothing was decided, or nothing read back', () => {
    assert.equal(verifiedAtMs(decisions, { vip: 'a', decision: undefined }), null);
    assert.equal(verifiedAtMs(decisions.slice(0, 2), { vip: 'a', decision: demoted }), null);
  });
});
