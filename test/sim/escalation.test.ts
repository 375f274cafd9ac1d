// A daemon that is deaf to the withdraw of a dead relay, in scenarios of their own: faults that are
// drawn rarely meet like this.

import assert from 'node:assert/strict';

import { withMutant, type Mutant } from './mutants.js';
import { production, runScenario } from './run.js';
import type { Fault, Profile, Scenario } from './scenario.js';

const PAIR: Profile = {
  name: 'pair',
  hosts: 2,
  standbys: 1,
  settleMs: 1_000,
  maxHoldMs: 2_000,
  holdsOpen: true,
  storeHangsRelays: false,
  faultsForMs: 30_000,
  packetMs: 10,
};

const fault = (kind: Fault['kind'], atMs: number, forMs: number): Fault => ({
  kind,
  host: 0,
  atMs,
  forMs,
});

/** The daemon refuses when the relay dies, or lives on beside a daemon that refuses. */
const REFUSING: readonly Fault[] = [
  fault('daemon-refuse', 3_000, 9_000),
  fault('relay-kill', 4_000, 5_000),
  fault('daemon-refuse', 30_000, 6_000),
  fault('drain', 31_000, 3_000),
];

/** The daemon hangs when the relay dies, and before, after and beside it. */
const HANGING: readonly Fault[] = [
  fault('daemon-hang', 3_000, 6_000),
  fault('relay-kill', 3_100, 3_000),
  fault('daemon-hang', 20_000, 3_000),
  fault('sidecar-restart', 3_900, 500),
];

const CRASH_EVERY_MS = 5_000;
const RESTART_EVERY_MS = 7_000;

/** Ten minutes in which the relay crashes every 5 s and the sidecar is restarted every 7 s. */
const RESTLESS: readonly Fault[] = [
  ...Array.from({ length: 118 }, (_, index) =>
    fault('relay-kill', 2_000 + index * CRASH_EVERY_MS, 1_500),
  ),
  ...Array.from({ length: 84 }, (_, index) =>
    fault('sidecar-restart', 3_500 + index * RESTART_EVERY_MS, 400),
  ),
];

const RESTLESS_PAIR: Profile = {
  ...PAIR,
  name: 'flap',
  settleMs: 1_000,
  maxHoldMs: 1_800_000,
  faultsForMs: 600_000,
};

const scenario = (seed: number, faults: readonly Fault[], profile = PAIR): Scenario => ({
  seed,
  profile,
  faults,
});

/** Ten minutes are long enough to need few seeds. */
const SEEDS: Readonly<Record<Profile['name'], readonly number[]>> = {
  pair: [1, 2, 3, 4],
  flap: [1, 2],
  fleet: [],
};

async function firstBroken(
  faults: readonly Fault[],
  profile = PAIR,
  createLoop = production,
): Promise<string | undefined> {
  for (const seed of SEEDS[profile.name]) {
    const { violations } = await runScenario(scenario(seed, faults, profile), createLoop);
    if (violations[0] !== undefined) {
      return violations[0].claim;
    }
  }
  return undefined;
}

const MUTANTS: readonly (Omit<Mutant, 'seedsMax'> & {
  readonly faults: readonly Fault[];
  readonly profile?: Profile;
  readonly broken: string;
})[] = [
  {
    bug: 'a refusing daemon is only ever asked again',
    file: 'domain/escalation.js',
    text: 'policy.remedies.find(',
    instead: '[].find(',
    faults: REFUSING,
    broken: 'the-deaf-are-cut-off',
  },
  {
    bug: 'a drain that fails takes neighbours down',
    file: 'domain/escalation.js',
    text: "rank === 'withdrawn' && LIFELESS.includes(reason)",
    instead: 'reason.length > 0 && LIFELESS.length > 0 && rank !== undefined',
    faults: REFUSING.slice(2),
    broken: 'only-the-dead-are-cut-off',
  },
  {
    bug: 'a neighbour that was taken down stays down',
    file: 'domain/escalation.js',
    text: "situation.evidence.relay.state === 'alive' || taken",
    instead: 'false',
    faults: REFUSING,
    broken: 'all-returns',
  },
  {
    bug: 'a restart of the sidecar forgets the falls',
    file: 'domain/machine.js',
    text: 'memory.holdOffs[name]',
    instead: 'undefined',
    faults: RESTLESS,
    profile: RESTLESS_PAIR,
    broken: 'a-home-leaves-room',
  },
];

describe('the simulator, with a daemon that does not withdraw', () => {
  for (const [given, faults, profile] of [
    ['refuses', REFUSING, PAIR],
    ['hangs', HANGING, PAIR],
    ['does its work while the sidecar is restarted again and again', RESTLESS, RESTLESS_PAIR],
  ] as const) {
    it(`finds nothing broken when it ${given}`, async function () {
      this.timeout(120_000);
      assert.equal(await firstBroken(faults, profile), undefined);
    });
  }

  for (const mutant of MUTANTS) {
    it(`finds that ${mutant.bug}`, async function () {
      this.timeout(120_000);
      const { faults, profile, broken } = mutant;
      const found = await withMutant({ ...mutant, seedsMax: 1 }, (createLoop) =>
        firstBroken(faults, profile, createLoop),
      );
      assert.equal(found, broken);
    });
  }
});
