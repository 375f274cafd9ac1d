import assert from 'node:assert/strict';

import fc from 'fast-check';

import { FlapWorld, TROUBLES, type Peer } from './flap-world.js';

const MINUTE = 60_000;

interface Act {
  readonly trouble: (typeof TROUBLES)[number] | 'restart';
  readonly looks: number;
  readonly passMs: number;
  readonly peer: Peer;
}

const PEERS: readonly Peer[] = ['ready', 'unready', 'away', 'mute'];

const acts = (peers: readonly Peer[]): fc.Arbitrary<readonly Act[]> =>
  fc.array(
    fc.record({
      trouble: fc.constantFrom(...TROUBLES, 'restart' as const),
      looks: fc.integer({ min: 1, max: 12 }),
      passMs: fc.constantFrom(0, 0, 500, 15_000, 15_000, 5 * MINUTE, 20 * MINUTE),
      peer: fc.constantFrom(...peers),
    }),
    { maxLength: 30 },
  );

/** Plays them and calls `look` after each. */
function play(list: readonly Act[], look: (world: FlapWorld) => void): void {
  const world = new FlapWorld('ready');
  world.burst(4);
  for (const { trouble, looks, passMs, peer } of list) {
    world.peer = peer;
    if (trouble === 'restart') {
      world.restart();
    } else {
      world.toggle(trouble);
    }
    world.burst(looks);
    if (passMs > 0) {
      world.pass(passMs);
    }
    look(world);
  }
}

describe('a router that damps', () => {
  it('never mutes a home whose peer answers, whatever troubles come in whatever order', () => {
    fc.assert(
      fc.property(acts(['ready']), (list) => {
        play(list, ({ routers, cramped }) => {
          assert.ok(!routers.a.mutes, cramped.join('; '));
        });
      }),
      { numRuns: 30 },
    );
  });

  it('mutes nothing else but for a change for which nobody made room', () => {
    fc.assert(
      fc.property(acts(PEERS), (list) => {
        play(list, ({ routers, cramped }) => {
          for (const vip of ['a', 'b'] as const) {
            const told = cramped.filter((each) => each.startsWith(vip));
            assert.ok(!routers[vip].mutes || told.length > 0);
          }
        });
      }),
      { numRuns: 30 },
    );
  });
});
