// One run of one scenario: prepare, watch, recover, judge.

import { judge } from './judge.js';
import { vipNamed, type RelayName, type VipName } from './lab/addresses.js';
import type { Lab } from './lab/lab.js';
import { callsHeard, untilReady } from './lab/readiness.js';
import { RunRecord } from './lab/run-record.js';
import { readStatus } from './lab/sidecar-client.js';
import { compareBudget } from './measure/budget.js';
import { summariseMedia } from './measure/media.js';
import { compareMoves } from './measure/moves.js';
import { comparable } from './measure/pcap.js';
import type { RouteChange } from './measure/route-changes.js';
import { readStages } from './measure/stages.js';
import { rounded } from './measure/statistics.js';
import { countUpdates } from './measure/updates.js';
import type { RunResult } from './report/result.js';
import type { Scenario } from './scenarios/scenario.js';
import { takesOver, troubleOf, watch, type RunContext, type Watched } from './watch.js';

export async function runOnce(
  scenario: Scenario,
  run: number,
  context: RunContext,
): Promise<RunResult> {
  const { lab, live, signal } = context;
  await untilReady(lab, signal);
  lab.record = new RunRecord();
  await scenario.prepare?.(lab, signal);
  const start = await lookBefore(lab, signal);
  const watched = await watch(scenario, context);
  live.step('the lab is brought back to its initial state');
  const trouble = await troubleOf(signal, async () => {
    await scenario.recover?.(lab, signal);
    await untilReady(lab, signal);
  });
  const measured = await measure(scenario, { lab, start, watched }, signal);
  const { passed, why } = judge({ ...measured, trouble: watched.trouble ?? trouble });
  return {
    scenario: scenario.name,
    run,
    relay: lab.relay,
    bgp: lab.driver,
    store: lab.store,
    router: 'bird',
    faultAt: new Date(watched.faultAtMs).toISOString(),
    stagesMs: measured.stagesMs,
    media: measured.media,
    calls: measured.calls,
    budget: measured.budget,
    ...(measured.guardMs === undefined ? {} : { guardMs: measured.guardMs }),
    ...(measured.damping === undefined ? {} : { damping: measured.damping }),
    ...(measured.screens === undefined ? {} : { screens: measured.screens }),
    falseMoves: measured.moves.falseMoves,
    ...(lab.record.said.length === 0 ? {} : { said: lab.record.said }),
    passed,
    why,
  };
}

/** The state right before the fault, which the outcome is compared with. */
interface Start {
  readonly changes: number;
  readonly owners: Readonly<Record<VipName, RelayName>>;
  readonly calls: number;
  /** The calls that relay-a said it would lose; null when it did not know, or did not answer. */
  readonly atRisk: number | null;
  readonly updates: string;
}

async function lookBefore(lab: Lab, signal: AbortSignal): Promise<Start> {
  const owner = async (vip: VipName): Promise<RelayName> =>
    (await lab.routes.owner(vip, 4)) === 'relay-a' ? 'relay-a' : 'relay-b';
  return {
    changes: (await lab.routes.changes()).length,
    owners: { a: await owner('a'), b: await owner('b') },
    calls: await callsHeard(lab, signal),
    atRisk: await callsAtRisk(lab, signal),
    updates: await countUpdates(lab.hosts.router, signal),
  };
}

/** A scenario may begin with a sidecar that is gone: it then says nothing. */
async function callsAtRisk(lab: Lab, signal: AbortSignal): Promise<number | null> {
  try {
    return (await readStatus(lab.hosts['relay-a'], signal)).atRisk.calls;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

interface Material {
  readonly lab: Lab;
  readonly start: Start;
  readonly watched: Watched;
}

async function measure(scenario: Scenario, { lab, start, watched }: Material, signal: AbortSignal) {
  const changes = (await lab.routes.changes()).slice(start.changes);
  const updates = { before: start.updates, after: await countUpdates(lab.hosts.router, signal) };
  const { sessionsBackAtMs, guard, damping, screens } = watched.notes;
  const stagesMs = await measureStages(scenario, { lab, watched, changes });
  return {
    limits: scenario.limits,
    stagesMs,
    budget: await measureBudget(scenario, { lab, stagesMs }, signal),
    media: summariseMedia(watched.heard),
    calls: countCalls(lab, start, watched),
    callsInSetUp: lab.record.callsInSetUp,
    faults: lab.record.faults,
    moves:
      scenario.maySwing === true
        ? NOT_JUDGED
        : compareMoves(changes, {
            expected: [...(scenario.moves ?? []), ...(scenario.returns ?? [])],
            ofB: scenario.movesOfB,
            before: start.owners,
          }),
    ended: await lab.ended(),
    damping,
    sessionsBackMs: sessionsBackAtMs && rounded(sessionsBackAtMs - watched.faultAtMs),
    guardMs: guard && {
      found: rounded(guard.foundAtMs - watched.faultAtMs),
      back: rounded(guard.backAtMs - watched.faultAtMs),
    },
    screens: screens?.map(({ atMs, ...said }) => ({
      ...said,
      ms: rounded(atMs - watched.faultAtMs),
    })),
    updates: scenario.silent === true ? updates : undefined,
  };
}

const NOT_JUDGED = { falseMoves: 0, missing: 0, said: [] };

function countCalls({ record }: Lab, start: Start, watched: Watched): RunResult['calls'] {
  const atRiskSaid = record.atRiskSaid === undefined ? start.atRisk : record.atRiskSaid;
  return { before: start.calls + record.callsAdded, after: watched.callsAfter, atRiskSaid };
}

async function measureBudget(
  { budget }: Scenario,
  { lab, stagesMs }: { readonly lab: Lab; readonly stagesMs: RunResult['stagesMs'] },
  signal: AbortSignal,
): Promise<RunResult['budget']> {
  return budget === undefined ? null : compareBudget(await lab.budget(signal), budget, stagesMs);
}

function measureStages(
  scenario: Scenario,
  given: {
    readonly lab: Lab;
    readonly watched: Watched;
    readonly changes: readonly RouteChange[];
  },
): Promise<RunResult['stagesMs']> {
  const { faultAtMs, packets } = given.watched;
  const { ipv4, ipv6 } = vipNamed('a');
  const addresses = [comparable(ipv4), comparable(ipv6)];
  const packet = packets.find(
    ({ atMs, destination }) => atMs >= faultAtMs && addresses.includes(destination),
  );
  const change = given.changes.find(
    ({ atMs, vip, family, owner }) =>
      vip === 'a' && family === 4 && atMs >= faultAtMs && owner === takesOver(scenario),
  );
  return readStages({
    faultAtMs,
    sidecarLog: given.lab.relays['relay-a'].program('holdline').logPath,
    routerAtMs: change?.atMs ?? null,
    firstPacketAtMs: packet?.atMs ?? null,
  });
}
