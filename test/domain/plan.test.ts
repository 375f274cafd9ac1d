import assert from 'node:assert/strict';

import fc from 'fast-check';

import { isInPlace, planSteps, type RouteStep } from '../../src/domain/plan.js';
import type { Rank } from '../../src/domain/rank.js';
import type { DesiredRoute, HeldRoute } from '../../src/domain/route.js';

const want = (rank: Rank, prefix = '10.99.0.1/32'): DesiredRoute => ({ vip: 'a', prefix, rank });
const held = (ranks: readonly number[], prefix = '10.99.0.1/32'): HeldRoute => ({
  prefix,
  ranks,
  foreign: false,
});
const brief = (steps: readonly RouteStep[]): readonly string[] =>
  steps.map(({ kind, prefix, rank }) => `${kind} ${prefix} ${rank}`);

describe('planSteps', () => {
  const cases: readonly {
    given: string;
    desired: readonly DesiredRoute[];
    now: readonly HeldRoute[];
    steps: readonly string[];
  }[] = [
    { given: 'all in place', desired: [want(0)], now: [held([0])], steps: [] },
    {
      given: 'nothing held',
      desired: [want(0)],
      now: [],
      steps: ['announce 10.99.0.1/32 0'],
    },
    {
      given: 'a demotion',
      desired: [want(2)],
      now: [held([0])],
      steps: ['announce 10.99.0.1/32 2', 'retire 10.99.0.1/32 0'],
    },
    {
      given: 'two ranks held, one wanted',
      desired: [want(0)],
      now: [held([0, 2])],
      steps: ['retire 10.99.0.1/32 2'],
    },
    {
      given: 'a withdrawal beside a demotion',
      desired: [want(2), want('withdrawn', '10.99.0.2/32')],
      now: [held([0]), held([1, 3], '10.99.0.2/32')],
      steps: [
        'withdraw 10.99.0.2/32 1',
        'withdraw 10.99.0.2/32 3',
        'announce 10.99.0.1/32 2',
        'retire 10.99.0.1/32 0',
      ],
    },
  ];
  for (const { given, desired, now, steps } of cases) {
    it(`plans ${steps.length === 0 ? 'nothing' : steps.join(', ')} given ${given}`, () => {
      assert.deepEqual(brief(planSteps(desired, now)), steps);
    });
  }

  const rank = fc.oneof(fc.constant<Rank>('withdrawn'), fc.integer({ min: 0, max: 3 }));
  const anyHeld = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });

  it('ends with exactly what is desired, wherever it began', () => {
    fc.assert(
      fc.property(rank, anyHeld, (wanted, ranks) => {
        const steps = planSteps([want(wanted)], [held(ranks)]);
        assert.ok(isInPlace([want(wanted)], [held(walk(ranks, steps).at(-1) ?? ranks)]));
      }),
    );
  });

  it('never leaves a prefix without a path on the way from one rank to another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), anyHeld, (wanted, ranks) => {
        fc.pre(ranks.length > 0);
        const states = walk(ranks, planSteps([want(wanted)], [held(ranks)]));
        assert.ok(states.every((state) => state.length > 0));
      }),
    );
  });

  it('names no prefix that is not desired', () => {
    const steps = planSteps([want(0)], [held([1], '192.0.2.1/32')]);
    assert.ok(steps.every((step) => step.prefix === '10.99.0.1/32'));
  });
});

describe('isInPlace', () => {
  it('holds when a prefix that is to be withdrawn is not known at all', () => {
    assert.equal(isInPlace([want('withdrawn')], []), true);
    assert.equal(isInPlace([want(0)], []), false);
  });

  it('fails for another rank, for two ranks and for a foreign path', () => {
    assert.equal(isInPlace([want(0)], [held([1])]), false);
    assert.equal(isInPlace([want(0)], [held([0, 1])]), false);
    assert.equal(isInPlace([want(0)], [{ ...held([0]), foreign: true }]), false);
    assert.equal(isInPlace([want('withdrawn')], [held([0])]), false);
    assert.equal(isInPlace([want('withdrawn')], [held([])]), true);
    assert.equal(isInPlace([want('withdrawn')], [{ ...held([]), foreign: true }]), false);
  });
});

/** The ranks held after each step. */
function walk(ranks: readonly number[], steps: readonly RouteStep[]): readonly number[][] {
  let now = [...ranks];
  return steps.map((step) => {
    now = step.kind === 'announce' ? [...now, step.rank] : now.filter((each) => each !== step.rank);
    return now;
  });
}
