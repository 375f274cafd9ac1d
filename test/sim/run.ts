// Runs a scenario to its end, and makes a failing one smaller.

import { Loop } from '../../src/runtime/loop.js';
import { Checkers, type Violation } from './checkers.js';
import type { Exceptions } from './damping.js';
import { scheduleFault } from './faults.js';
import type { CreateLoop } from './host.js';
import type { Scenario } from './scenario.js';
import { START_MS } from './virtual-time.js';
import { World } from './world.js';

export interface Outcome {
  readonly scenario: Scenario;
  readonly violations: readonly Violation[];
  readonly exceptions: Exceptions;
  readonly story: readonly string[];
  readonly virtualMs: number;
}

/** The longest fault, and time for every count, link and retry after it. */
const HEAL_MS = 12_000 + 8_000;

export const production: CreateLoop = (parts, operator, memory) =>
  new Loop(parts, operator, memory);

export async function runScenario(
  scenario: Scenario,
  createLoop: CreateLoop = production,
): Promise<Outcome> {
  const { profile, faults } = scenario;
  const world = new World(scenario, createLoop);
  const giveBack = world.time.install();
  try {
    const checkers = new Checkers(world);
    faults.forEach((fault) => scheduleFault(world, fault));
    const lastMs = Math.max(0, ...faults.map(({ atMs, forMs }) => atMs + forMs));
    // Nobody waits half an hour for the end of a hold-off: there the end is not looked at.
    const patient = profile.name !== 'flap';
    const endMs = lastMs + (patient ? HEAL_MS + profile.settleMs + profile.maxHoldMs : 0);
    for (let atMs = 0; atMs < endMs; atMs += profile.packetMs) {
      await world.time.runUntil(START_MS + atMs);
      checkers.look();
    }
    if (patient) {
      checkers.finish();
    }
    const { violations, exceptions } = checkers;
    return { scenario, violations, exceptions, story: world.story, virtualMs: endMs };
  } finally {
    world.hosts.forEach((host) => host.killSidecar());
    await new Promise((resolve) => setImmediate(resolve));
    giveBack();
  }
}

/** Leaves out one fault after the other for as long as the same claim still breaks. */
export async function shrink(
  failed: Outcome,
  createLoop: CreateLoop = production,
): Promise<Outcome> {
  const claim = failed.violations[0]?.claim;
  let smallest = failed;
  for (const fault of failed.scenario.faults) {
    const faults = smallest.scenario.faults.filter((each) => each !== fault);
    const outcome = await runScenario({ ...smallest.scenario, faults }, createLoop);
    if (outcome.violations.some((violation) => violation.claim === claim)) {
      smallest = outcome;
    }
  }
  return smallest;
}
