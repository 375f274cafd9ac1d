import { VIPS, type RelayName, type VipName } from '../lab/addresses.js';

import { ownersInTurn, type RouteChange } from './route-changes.js';

/** How the router's choice went, compared with how it should have gone. */
export interface Moves {
  /** Changes that were not expected, over all prefixes. */
  readonly falseMoves: number;
  /** Expected changes that did not come. */
  readonly missing: number;
  /** What went wrong, one sentence for each prefix. */
  readonly said: readonly string[];
}

/** VIP a goes through `expected`; VIP b, at home on the other relay, mostly stays where it is. */
export function compareMoves(
  changes: readonly RouteChange[],
  given: {
    readonly expected: readonly RelayName[];
    readonly ofB?: readonly RelayName[] | undefined;
    readonly before: Readonly<Record<VipName, RelayName>>;
  },
): Moves {
  const each = VIPS.flatMap(({ name }) =>
    ([4, 6] as const).map((family) => {
      const own = changes.filter((change) => change.vip === name && change.family === family);
      const owners = ownersInTurn(own, given.before[name]);
      const expected = name === 'a' ? given.expected : (given.ofB ?? []);
      return { what: `VIP ${name} (IPv${family})`, owners, expected };
    }),
  );
  const compared = each.map(({ what, owners, expected }) => {
    const fitting = countInOrder(owners, expected);
    const unexpected = owners.length - fitting;
    const missing = expected.length - fitting;
    const said = `${what} went to ${owners.join(', ') || 'no other'}`;
    return { unexpected, missing, said: unexpected + missing > 0 ? [said] : [] };
  });
  return {
    falseMoves: compared.reduce((sum, { unexpected }) => sum + unexpected, 0),
    missing: compared.reduce((sum, { missing }) => sum + missing, 0),
    said: compared.flatMap(({ said }) => said),
  };
}

/** How many of `expected` are found in `owners` in that order. */
function countInOrder(owners: readonly string[], expected: readonly string[]): number {
  let found = 0;
  for (const owner of owners) {
    if (owner === expected[found]) {
      found += 1;
    }
  }
  return found;
}
