import assert from 'node:assert/strict';

import { compareMoves } from '../../../src/drill/measure/moves.js';
import type { RouteChange } from '../../../src/drill/measure/route-changes.js';

const BEFORE = { a: 'relay-a', b: 'relay-b' } as const;

/** Both families move together, a second apart. */
function moves(vip: 'a' | 'b', ...owners: readonly RouteChange['owner'][]): RouteChange[] {
  return owners.flatMap((owner, index) =>
    ([4, 6] as const).map((family) => ({ atMs: index * 1_000, vip, family, owner })),
  );
}

describe('compareMoves', () => {
  it('finds no fault with the expected moves', () => {
    const found = compareMoves(moves('a', 'relay-b', 'relay-a'), {
      expected: ['relay-b', 'relay-a'],
      before: BEFORE,
    });
    assert.deepEqual(found, { falseMoves: 0, missing: 0, said: [] });
  });

  it('counts a move of the other VIP as false, in each family', () => {
    const found = compareMoves([...moves('a', 'relay-b'), ...moves('b', 'relay-a')], {
      expected: ['relay-b'],
      before: BEFORE,
    });
    assert.equal(found.falseMoves, 2);
    assert.match(found.said.join(), /VIP b \(IPv4\) went to relay-a/);
  });

  it('expects the other VIP to move when the fault is at its home', () => {
    const ofB = ['relay-a', 'relay-b'] as const;
    const found = compareMoves(moves('b', ...ofB), { expected: [], ofB, before: BEFORE });
    assert.deepEqual(found, { falseMoves: 0, missing: 0, said: [] });
    assert.equal(compareMoves([], { expected: [], ofB, before: BEFORE }).missing, 4);
  });

  it('counts flapping beyond what is expected', () => {
    const found = compareMoves(moves('a', 'relay-b', 'relay-a', 'relay-b', 'relay-a'), {
      expected: ['relay-b', 'relay-a'],
      before: BEFORE,
    });
    assert.deepEqual([found.falseMoves, found.missing], [4, 0]);
  });

  it('counts a route that was lost for a while', () => {
    const found = compareMoves(moves('a', 'nobody', 'relay-b'), {
      expected: ['relay-b'],
      before: BEFORE,
    });
    assert.equal(found.falseMoves, 2);
  });

  it('tells what did not come', () => {
    const found = compareMoves([], { expected: ['relay-b'], before: BEFORE });
    assert.deepEqual([found.falseMoves, found.missing], [0, 2]);
  });

  it('expects nothing when nothing is expected', () => {
    const found = compareMoves([], { expected: [], before: BEFORE });
    assert.deepEqual(found, { falseMoves: 0, missing: 0, said: [] });
  });
});
