import assert from 'node:assert/strict';

import { parseBudget } from '../../../src/drill/lab/computed-budget.js';
import { compareBudget } from '../../../src/drill/measure/budget.js';

const DEAD = {
  fault: 'relay dead',
  detectMs: 10,
  decideMs: 5,
  actMs: 300,
  verifyMs: 150,
  totalMs: 465,
};
const HOST = {
  fault: 'host dead',
  detectMs: 150,
  decideMs: 0,
  actMs: 0,
  verifyMs: 0,
  totalMs: 150,
};
const STAGES = {
  detected: 2,
  decided: 2.5,
  commanded: 3.5,
  verified: 5,
  router: 4,
  firstPacket: 4.2,
};

describe('the comparison of what was computed with what was measured', () => {
  it('sets every stage beside its bound, and the whole up to the read-back', () => {
    assert.deepEqual(compareBudget([HOST, DEAD], 'relay dead', STAGES), {
      fault: 'relay dead',
      computedMs: { detect: 10, decide: 5, act: 300, verify: 150, total: 465 },
      measuredMs: { detect: 2, decide: 0.5, act: 1, verify: 1.5, total: 5 },
    });
  });

  it('takes the router as the witness where no sidecar is left to tell', () => {
    const { measuredMs } = compareBudget([HOST], 'host dead', { ...STAGES, verified: null });
    assert.deepEqual(measuredMs, { detect: 4, decide: null, act: null, verify: null, total: 4 });
  });

  it('leaves out what did not happen', () => {
    const nothing = { ...STAGES, detected: null, decided: null, commanded: null, verified: null };
    const { measuredMs } = compareBudget([DEAD], 'relay dead', nothing);
    assert.deepEqual(new Set(Object.values(measuredMs)), new Set([null]));
  });

  it('says which lines there are when the one that is asked for is not there', () => {
    assert.throws(() => compareBudget([HOST], 'relay dead', STAGES), /only host dead/);
  });

  it('reads them from what `holdline check --json` prints, and from nothing else', () => {
    assert.deepEqual(parseBudget(JSON.stringify({ ok: true, budget: [DEAD] })), [DEAD]);
    assert.throws(() => parseBudget('{"ok":false}'), /expected a budget, got \{"ok":false\}/);
  });
});
