// What happens between the opening and the closing of the callers' window: the deed, what follows
// by itself, and everything that is measured of it.

import { sleep } from '../async/sleep.js';
import type { CallersReport } from './callers/protocol.js';
import { vipNamed, type RelayName } from './lab/addresses.js';
import type { Lab } from './lab/lab.js';
import { callsHeard } from './lab/readiness.js';
import { Capture, towards } from './measure/capture.js';
import type { CapturedPacket } from './measure/pcap.js';
import type { Live } from './report/live.js';
import type { Notes, Scenario } from './scenarios/scenario.js';

/** Measured before the fault, so that a fault of the measuring itself shows. */
const QUIET_BEFORE_MS = 300;
/** Measured after the last move, so that what comes late is seen. */
const WATCH_AFTER_MS = 1_000;
/** For packets on their way when the window closes. */
const DRAIN_MS = 300;
/** What a scenario that says nothing else waits for its moves. */
const MOVES_WITHIN_MS = 15_000;

export interface RunContext {
  readonly lab: Lab;
  readonly live: Live;
  readonly signal: AbortSignal;
}

export interface Watched {
  readonly faultAtMs: number;
  readonly notes: Notes;
  readonly packets: readonly CapturedPacket[];
  readonly heard: CallersReport;
  readonly callsAfter: number;
  /** What kept the event from going as it should. */
  readonly trouble: string | undefined;
}

export async function watch(
  scenario: Scenario,
  { lab, live, signal }: RunContext,
): Promise<Watched> {
  const capture = await Capture.start(
    lab.hosts[takesOver(scenario)],
    towards(vipNamed('a')),
    signal,
  );
  await lab.callers.ask({ do: 'open' }, signal);
  await sleep(QUIET_BEFORE_MS, signal);
  const faultAtMs = await scenario.strike(lab, signal);
  live.step(scenario.deed);
  let notes: Notes = {};
  const trouble = await troubleOf(signal, async () => {
    notes = (await scenario.follow?.(lab, signal)) ?? {};
    await untilMoved(scenario, lab, signal);
    live.step(scenario.moves === undefined ? 'no route moves' : 'the route has moved');
  });
  await sleep(WATCH_AFTER_MS, signal);
  const callsAfter = await callsHeard(lab, signal);
  const heard = await lab.callers.ask({ do: 'close', drainMs: DRAIN_MS }, signal);
  const packets = await capture.stop(signal);
  return { faultAtMs, notes, packets, heard, callsAfter, trouble };
}

/** Where packets to VIP a come first: at whom it moves to, or would if it wrongly moved. */
export function takesOver(scenario: Scenario): RelayName {
  return scenario.moves?.[0] ?? 'relay-b';
}

/** A run in which something does not come in time is a failed run, not the end of the drill. */
export async function troubleOf(
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function untilMoved(scenario: Scenario, lab: Lab, signal: AbortSignal): Promise<void> {
  const last = scenario.moves?.at(-1);
  if (last !== undefined) {
    const deadlineMs = scenario.movesWithinMs ?? MOVES_WITHIN_MS;
    await lab.routes.waitForOwner('a', last, { deadlineMs, signal });
  }
}
