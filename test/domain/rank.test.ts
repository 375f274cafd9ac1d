import assert from 'node:assert/strict';

import {
  announceableRanks,
  compareRanks,
  isDemoted,
  rankFor,
  rankName,
  standingOf,
  type Role,
} from '../../src/domain/rank.js';

const home = (standbys: number): Role => ({ kind: 'home', standbys });
const standby = (order: number, standbys: number): Role => ({
  kind: 'standby',
  of: 'relay-a',
  order,
  standbys,
});

describe('ranks', () => {
  const cases = [
    { given: 'the home of a pair', role: home(1), ranks: [0, 2] },
    { given: 'the standby of a pair', role: standby(1, 1), ranks: [1, 3] },
    { given: 'the home of three hosts', role: home(2), ranks: [0, 3] },
    { given: 'the second standby of three hosts', role: standby(2, 2), ranks: [2, 5] },
  ];
  for (const { given, role, ranks } of cases) {
    it(`are ${ranks.join(' and ')} for ${given}`, () => {
      assert.deepEqual(announceableRanks(role), ranks);
      assert.equal(rankFor(role, 'serving'), ranks[0]);
      assert.equal(rankFor(role, 'fallback'), ranks[1]);
      assert.equal(rankFor(role, 'withdrawn'), 'withdrawn');
    });

    it(`lead back to their standing for ${given}`, () => {
      assert.equal(standingOf(role, ranks[0]!), 'serving');
      assert.equal(standingOf(role, ranks[1]!), 'fallback');
      assert.equal(standingOf(role, 'withdrawn'), 'withdrawn');
      assert.equal(standingOf(role, 99), undefined);
    });
  }

  it('put a ready standby before a demoted home, and that before one that is not ready', () => {
    for (const standbys of [1, 2, 5]) {
      const orders = Array.from({ length: standbys }, (_none, index) => index + 1);
      const expected = [
        rankFor(home(standbys), 'serving'),
        ...orders.map((order) => rankFor(standby(order, standbys), 'serving')),
        rankFor(home(standbys), 'fallback'),
        ...orders.map((order) => rankFor(standby(order, standbys), 'fallback')),
        'withdrawn' as const,
      ];
      const sorted = [...expected].sort(compareRanks);
      assert.deepEqual(sorted, expected);
      assert.equal(new Set(expected).size, expected.length, 'no two hosts share a rank');
    }
  });

  it('have the names that people are shown', () => {
    assert.equal(rankName(home(1), 0), 'home');
    assert.equal(rankName(home(1), 2), 'home-demoted');
    assert.equal(rankName(standby(1, 1), 1), 'standby-ready');
    assert.equal(rankName(standby(1, 1), 3), 'standby-not-ready');
    assert.equal(rankName(home(1), 'withdrawn'), 'withdrawn');
  });

  it('ask for a graceful shutdown only where the host does not want to be chosen', () => {
    assert.equal(isDemoted(home(1), 0), false);
    assert.equal(isDemoted(home(1), 2), true);
    assert.equal(isDemoted(standby(1, 1), 1), false);
    assert.equal(isDemoted(standby(1, 1), 3), true);
  });
});
