import assert from 'node:assert/strict';

import {
  attributesFor,
  GRACEFUL_SHUTDOWN,
  rankOf,
  type RankBy,
} from '../../src/domain/attributes.js';
import { announceableRanks, type Role } from '../../src/domain/rank.js';

const ROLES: readonly Role[] = [
  { kind: 'home', standbys: 1 },
  { kind: 'standby', of: 'relay-a', order: 1, standbys: 1 },
  { kind: 'standby', of: 'relay-a', order: 2, standbys: 3 },
];
const WAYS: readonly RankBy[] = ['as-path', 'med', 'local-pref'];

describe('attributes of a rank', () => {
  for (const by of WAYS) {
    it(`lead back to the rank when it is written as ${by}`, () => {
      for (const role of ROLES) {
        for (const rank of announceableRanks(role)) {
          assert.equal(rankOf(role, attributesFor(role, rank, by), by), rank);
        }
      }
    });

    it(`stand for no rank when another measure is written as ${by}`, () => {
      const strange = { prepends: 9, med: 9, localPref: 9, communities: [] };
      assert.equal(rankOf(ROLES[0]!, strange, by), undefined);
    });

    it(`stand for no rank when the community does not fit (${by})`, () => {
      const best = attributesFor(ROLES[0]!, 0, by);
      assert.equal(rankOf(ROLES[0]!, { ...best, communities: [GRACEFUL_SHUTDOWN] }, by), undefined);
    });
  }

  it('write the rank into one measure only', () => {
    const role = ROLES[0]!;
    const communities = [GRACEFUL_SHUTDOWN];
    const none = { prepends: 0, med: undefined, localPref: undefined, communities };
    assert.deepEqual(attributesFor(role, 2, 'as-path'), { ...none, prepends: 2 });
    assert.deepEqual(attributesFor(role, 2, 'med'), { ...none, med: 200 });
    assert.deepEqual(attributesFor(role, 2, 'local-pref'), { ...none, localPref: 180 });
  });

  it('leave communities of others alone', () => {
    const best = { ...attributesFor(ROLES[0]!, 0, 'as-path'), communities: ['65000:7'] };
    assert.equal(rankOf(ROLES[0]!, best, 'as-path'), 0);
  });
});
