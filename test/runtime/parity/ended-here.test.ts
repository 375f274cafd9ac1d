import assert from 'node:assert/strict';

import type { Compared } from '../../../src/runtime/parity/compare.js';
import { EndedHere } from '../../../src/runtime/parity/ended-here.js';

const SIDE = { kind: 'standby', vip: 'b', database: 2, of: 'relay-b' } as const;

function compared(kept: readonly string[], missing: readonly string[]): Compared {
  const common = { side: SIDE, extra: [], kept: new Set(kept), expected: kept.length };
  return { ...common, missing };
}

describe('calls that ended at the standby', () => {
  let ended: EndedHere;

  const missingOf = (
    given: Compared,
    homeIsAway: boolean,
  ): readonly [readonly string[], number] => {
    const { missing, expected } = ended.without(given, homeIsAway);
    return [missing, expected];
  };

  beforeEach(() => {
    ended = new EndedHere();
    ended.without(compared(['b1', 'b2', 'b3'], ['b3']), false);
  });

  it("are not missed while their home is away: the key that is left is nobody's truth", () => {
    assert.deepEqual(missingOf(compared(['b1', 'b2', 'b3'], ['b2', 'b3']), true), [['b3'], 2]);
  });

  it('are known as ended also when they came while the home was away', () => {
    ended.without(compared(['b1', 'b2', 'b4'], []), true);
    assert.deepEqual(missingOf(compared(['b1', 'b4'], ['b4']), true), [[], 1]);
  });

  it('count again when the home is back and holds them itself', () => {
    ended.without(compared(['b1', 'b2'], ['b2']), true);
    assert.deepEqual(missingOf(compared(['b1', 'b2'], ['b2']), false), [['b2'], 2]);
    assert.deepEqual(missingOf(compared(['b1', 'b2'], ['b2']), true), [['b2'], 2]);
  });

  it('are not guessed at when nothing was compared before', () => {
    ended = new EndedHere();
    assert.deepEqual(missingOf(compared(['b1'], ['b1']), true), [['b1'], 1]);
  });
});
