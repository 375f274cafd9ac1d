import assert from 'node:assert/strict';

import {
  accountFor,
  dampingOf,
  readUpdates,
  SUPPRESS,
} from '../../../src/drill/measure/damping.js';

/** As BIRD 2.0 writes them with `debug { routes }` and `timeformat log iso long us`. */
const LOG = `
2026-11-22 12:00:00.000001 <INFO> Started
2026-11-22 12:00:01.000100 <TRACE> relay_a.ipv4 > added [best] 10.99.0.1/32 0L 3G unicast
2026-11-22 12:00:02.500000 <TRACE> relay_a.ipv4 > updated 10.99.0.1/32 0L 3G unicast
2026-11-22 12:00:03.000000 <TRACE> relay_b.ipv6 > removed [sole] 2001:db8:99::1/128 0L 4G unicast
2026-11-22 12:00:04.000000 <TRACE> relay_a.ipv4 > ignored 10.99.0.1/32 0L 3G unicast
2026-11-22 12:00:05.000000 <TRACE> relay_a: BFD session down
`;

const SINCE_MS = Date.parse('2026-11-22T12:00:00Z');

describe("the router's log of what it took", () => {
  it('tells every change with its time, and nothing else', () => {
    assert.deepEqual(readUpdates(LOG, SINCE_MS), [
      { atMs: SINCE_MS + 1_000, from: 'relay_a', prefix: '10.99.0.1/32', what: 'announced' },
      { atMs: SINCE_MS + 2_500, from: 'relay_a', prefix: '10.99.0.1/32', what: 'changed' },
      { atMs: SINCE_MS + 3_000, from: 'relay_b', prefix: '2001:db8:99::1/128', what: 'withdrawn' },
    ]);
  });

  it('is read from a given time on', () => {
    assert.equal(readUpdates(LOG, SINCE_MS + 2_500).length, 2);
    assert.equal(readUpdates(LOG, SINCE_MS + 2_501).length, 1);
  });
});

describe('the account of a router that damps', () => {
  const change = (atMs: number, what: 'announced' | 'changed' | 'withdrawn', prefix = 'p') => ({
    ...{ atMs, what, prefix },
    from: 'relay_a',
  });

  it('is empty when nothing changed', () => {
    assert.deepEqual(accountFor([]), {
      updates: 0,
      changesMax: 0,
      penaltyMax: 0,
      suppress: SUPPRESS,
    });
  });

  it('takes 1,000 for a withdrawal, 500 for changed attributes and nothing for a return', () => {
    const { penaltyMax, changesMax, updates } = accountFor([
      change(0, 'withdrawn'),
      change(0, 'announced'),
      change(0, 'changed'),
    ]);
    assert.deepEqual([penaltyMax, changesMax, updates], [1_500, 3, 3]);
  });

  it('halves in a quarter of an hour, and tells the highest that it stood', () => {
    const late = accountFor([change(0, 'withdrawn'), change(900_000, 'withdrawn')]);
    assert.equal(late.penaltyMax, 1_500);
    const early = accountFor([change(0, 'withdrawn'), change(0, 'withdrawn')]);
    assert.equal(early.penaltyMax, SUPPRESS);
    const afterwards = accountFor([change(0, 'withdrawn'), change(1_800_000, 'changed')]);
    assert.equal(afterwards.penaltyMax, 1_000);
  });

  it('is judged for one relay, and told for the other', () => {
    const lost = { ...change(0, 'withdrawn'), from: 'relay_b' };
    const { penaltyMax, elsewhere } = dampingOf([change(0, 'withdrawn'), lost, lost], 'relay_a');
    assert.deepEqual([penaltyMax, elsewhere.penaltyMax, elsewhere.updates], [1_000, 2_000, 2]);
  });

  it('is kept for every prefix by itself', () => {
    const { penaltyMax, changesMax } = accountFor([
      change(0, 'withdrawn', 'p'),
      change(0, 'withdrawn', 'q'),
    ]);
    assert.deepEqual([penaltyMax, changesMax], [1_000, 1]);
  });
});
