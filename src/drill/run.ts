// One run of one scenario: prepare, watch, strike, wait, recover, judge.

import type { StreamReport } from './callers/protocol.js';
import { sleep } from '../async/sleep.js';
import { judge } from './judge.js';
import { otherRelay, vipNamed, type RelayName } from './lab/addresses.js';
import type { Lab } from './lab/lab.js';
import { callsHeard, untilReady } from './lab/readiness.js';
import { Capture } from './measure/capture.js';
import { summariseMedia } from './measure/media.js';
import { compareMoves } from './measure/moves.js';
import { comparable, type CapturedPacket } from './measure/pcap.js';
import type { RouteChange } from './measure/route-changes.js';
import { readStages } from './measure/stages.js';
import { rounded } from './measure/statistics.js';
import { countUpdates } from './measure/updates.js';
import type { Live } from './report/live.js';
import type { RunResult } from './report/result.js';
import type { Notes, Scenario } from './scenarios/scenario.js';

/** Measured before the fault, so that a fault of the measuring itself shows. */
const QUIET_BEFORE_MS = 300;
/** Measured after the last move, so that what comes late is seen. */
const WATCH_AFTER_MS = 1_000;
/** For packets on their way when the window closes. */
const DRAIN_MS = 300;

export interface RunContext {
  readonly lab: Lab;
  readonly live: Live;
  readonly signal: AbortSignal;
}

/** What was measured between the opening and the closing of the callers' window. */
interface Watched {
  readonly faultAtMs: number;
  readonly notes: Notes;
  readonly packets: readonly CapturedPacket[];
  readonly streams: readonly StreamReport[];
  readonly callsAfter: number;
  readonly trouble: string | undefined;
}

export async function runOnce(
  scenario: Scenario,
  run: number,
  context: RunContext,
): Promise<RunResult> {
  const { lab, live, signal } = context;
  await untilReady(lab, signal);
  await scenario.prepare?.(lab, signal);
  const before = await startingPoint(context);
  const watched = await watch(scenario, context);
  live.step('the lab is brought back to its initial state');
  const recoveryTrouble = await recover(scenario, context);
  const changes = (await lab.routes.changes()).slice(before.changes);
  const after = scenario.silent ? await countUpdates(lab.hosts.router, signal) : '';
  const stagesMs = await measureStages(scenario, { lab, watched, changes });
  const moves = compareMoves(changes, {
    expected: [...scenario.moves, ...scenario.returns],
    before: before.owners,
  });
  const media = summariseMedia(watched.streams);
  const calls = { before: before.calls, after: watched.callsAfter, atRiskSaid: null };
  const { sessionsBackAtMs } = watched.notes;
  const judgement = judge({
    limits: scenario.limits(lab.driver),
    stagesMs,
    media,
    calls,
    moves,
    ended: await lab.ended(),
    sessionsBackMs: sessionsBackAtMs && rounded(sessionsBackAtMs - watched.faultAtMs),
    updates: scenario.silent ? { before: before.updates, after } : undefined,
    trouble: watched.trouble ?? recoveryTrouble,
  });
  return {
    scenario: scenario.name,
    run,
    relay: 'rtpengine',
    bgp: lab.driver,
    router: 'bird',
    faultAt: new Date(watched.faultAtMs).toISOString(),
    stagesMs,
    media,
    calls,
    falseMoves: moves.falseMoves,
    ...judgement,
  };
}

async function startingPoint({ lab, signal }: RunContext) {
  const owner = async (vip: 'a' | 'b'): Promise<RelayName> =>
    (await lab.routes.owner(vip, 4)) === 'relay-a' ? 'relay-a' : 'relay-b';
  return {
    changes: (await lab.routes.changes()).length,
    owners: { a: await owner('a'), b: await owner('b') },
    calls: await callsHeard(lab, signal),
    updates: await countUpdates(lab.hosts.router, signal),
  };
}

async function watch(scenario: Scenario, { lab, live, signal }: RunContext): Promise<Watched> {
  const capture = await Capture.start(lab.hosts[takesOver(scenario)], vipNamed('a'), signal);
  await lab.callers.ask({ do: 'open' }, signal);
  await sleep(QUIET_BEFORE_MS, signal);
  const faultAtMs = await scenario.strike(lab, signal);
  let notes: Notes = {};
  let trouble: string | undefined;
  try {
    live.step(scenario.deed);
    notes = (await scenario.follow?.(lab, signal)) ?? {};
    await untilMoved(scenario, lab, signal);
    live.step(scenario.moves.length === 0 ? 'no route moves' : 'the route has moved');
  } catch (error) {
    signal.throwIfAborted();
    trouble = error instanceof Error ? error.message : String(error);
  }
  await sleep(WATCH_AFTER_MS, signal);
  const callsAfter = await callsHeard(lab, signal);
  const streams = await lab.callers.ask({ do: 'close', drainMs: DRAIN_MS }, signal);
  const packets = await capture.stop(signal);
  return { faultAtMs, notes, packets, streams, callsAfter, trouble };
}

/** Where the packets go first: to whom VIP a moves, or would move if it wrongly did. */
function takesOver(scenario: Scenario): RelayName {
  return scenario.moves[0] ?? otherRelay('relay-a');
}

async function untilMoved(scenario: Scenario, lab: Lab, signal: AbortSignal): Promise<void> {
  const last = scenario.moves.at(-1);
  if (last !== undefined) {
    await lab.routes.waitForOwner('a', last, { deadlineMs: scenario.movesWithinMs, signal });
  }
}

async function recover(
  scenario: Scenario,
  { lab, signal }: RunContext,
): Promise<string | undefined> {
  try {
    await scenario.recover(lab, signal);
    await untilReady(lab, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function measureStages(
  scenario: Scenario,
  given: {
    readonly lab: Lab;
    readonly watched: Watched;
    readonly changes: readonly RouteChange[];
  },
): Promise<RunResult['stagesMs']> {
  const { faultAtMs, packets } = given.watched;
  const vip = vipNamed('a');
  const addresses = [comparable(vip.ipv4), comparable(vip.ipv6)];
  const firstPacket = packets.find(
    ({ atMs, destination }) => atMs >= faultAtMs && addresses.includes(destination),
  );
  const router = given.changes.find(
    ({ atMs, vip: name, family, owner }) =>
      name === 'a' && family === 4 && atMs >= faultAtMs && owner === scenario.moves[0],
  );
  const sidecarLog = given.lab.relays['relay-a'].program('holdline').logPath;
  return readStages({
    faultAtMs,
    sidecarLog,
    routerAtMs: router?.atMs ?? null,
    firstPacketAtMs: firstPacket?.atMs ?? null,
  });
}
