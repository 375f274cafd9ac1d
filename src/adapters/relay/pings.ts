// What every kind of ping has in common: the rhythm, the deadline, and what is said about it.

import { startPatientTimer } from '../../async/patient-timer.js';
import { tickEvery } from '../../async/tick.js';
import type { RelayPingObservation } from '../../domain/evidence.js';
import type { Clock } from '../../ports/clock.js';
import { codeOf, detailOf, detailOfError } from '../detail.js';

export type PingOutcome =
  | { readonly outcome: 'answered' }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'missed'; readonly detail: string };

export interface Pings {
  readonly intervalMs: number;
  readonly deadlineMs: number;
  /** How many may be under way together; a tick that finds no room is left out. */
  readonly atOnceMax: number;
  readonly clock: Clock;
  /**
   * A ping goes on after its deadline until it ends by itself, and its answer is told though it was
   * told as missed before: whoever counts misses sees that the relay lives (docs/decisions/0013).
   */
  readonly hearsLate?: boolean;
  /** One ping. A rejection counts as missed. Ends soon, and leaves nothing, once `signal` aborts. */
  ping(signal: AbortSignal): Promise<PingOutcome>;
}

/** Enough for deadlines of several intervals; few enough to leave a hung relay alone. */
export const PINGS_AT_ONCE_MAX = 16;

/** Pings until `signal` aborts; resolves when every ping has ended. Never rejects. */
export async function runPings(
  pings: Pings,
  listener: (observation: RelayPingObservation) => void,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const controllers = new Set<AbortController>();
  const cancel = (): void => controllers.forEach((each) => each.abort(signal.reason));
  signal.addEventListener('abort', cancel, { once: true });
  const tick = (tickLateMs: number): void => {
    if (underWay.size >= pings.atOnceMax) {
      return;
    }
    const controller = new AbortController();
    const report = (observation: RelayPingObservation): void => {
      if (!signal.aborted) {
        listener(observation);
      }
    };
    controllers.add(controller);
    const ping = pingOnce(pings, tickLateMs, report, controller).finally(() => {
      underWay.delete(ping);
      controllers.delete(controller);
    });
    underWay.add(ping);
  };
  await tickEvery(pings.intervalMs, tick, signal);
  signal.removeEventListener('abort', cancel);
  await Promise.all(underWay);
}

/** Reports at the deadline at the latest; resolves when the ping itself has ended. */
async function pingOnce(
  pings: Pings,
  tickLateMs: number,
  report: (observation: RelayPingObservation) => void,
  controller: AbortController,
): Promise<void> {
  const startedAtMs = performance.now();
  const told = { missed: false };
  const stopTimer = startPatientTimer(pings.deadlineMs, (timerLateMs) => {
    const lateMs = Math.max(tickLateMs, timerLateMs);
    const detail = `no answer within ${pings.deadlineMs} ms`;
    told.missed = true;
    if (pings.hearsLate !== true) {
      controller.abort();
    }
    report({ ...stamp(pings.clock), outcome: 'missed', lateMs, detail });
  });
  const outcome = await pings.ping(controller.signal).catch(outcomeOfError);
  stopTimer();
  if (!controller.signal.aborted && (!told.missed || outcome.outcome === 'answered')) {
    report(observationOf(outcome, pings.clock, performance.now() - startedAtMs));
  }
}

function observationOf(
  outcome: PingOutcome,
  clock: Clock,
  roundTripMs: number,
): RelayPingObservation {
  switch (outcome.outcome) {
    case 'answered':
      return { ...stamp(clock), outcome: 'answered', roundTripMs };
    case 'refused':
      return { ...stamp(clock), outcome: 'refused' };
    case 'missed':
      // A "no" that was really given is the relay's word, however late this process was.
      return { ...stamp(clock), outcome: 'missed', lateMs: 0, detail: detailOf(outcome.detail) };
  }
}

function stamp(clock: Clock): { readonly kind: 'relay-ping'; readonly atMs: number } {
  return { kind: 'relay-ping', atMs: clock.nowMs() };
}

function outcomeOfError(error: unknown): PingOutcome {
  return codeOf(error) === 'ECONNREFUSED'
    ? { outcome: 'refused' }
    : { outcome: 'missed', detail: detailOfError(error) };
}
