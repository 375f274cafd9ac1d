// What every kind of ping has in common: the rhythm, the deadline, and what is said about it.

import { Deadlines } from '../../async/deadlines.js';
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
  /**
   * One ping. A rejection counts as missed. Ends soon, and leaves nothing, once `signal` aborts: that
   * of the watch where late answers are heard, else one of its own.
   */
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
  const deadlines = new Deadlines();
  const cancellers = new Set<AbortController>();
  const cancel = (): void => cancellers.forEach((each) => each.abort(signal.reason));
  signal.addEventListener('abort', cancel, { once: true });
  const report = (observation: RelayPingObservation): void => {
    if (!signal.aborted) {
      listener(observation);
    }
  };
  const tick = (tickLateMs: number): void => {
    if (underWay.size >= pings.atOnceMax) {
      return;
    }
    const canceller = pings.hearsLate === true ? undefined : new AbortController();
    if (canceller !== undefined) {
      cancellers.add(canceller);
    }
    const context = { tickLateMs, deadlines, report, canceller, signal };
    const ping = pingOnce(pings, context).finally(() => {
      underWay.delete(ping);
      if (canceller !== undefined) {
        cancellers.delete(canceller);
      }
    });
    underWay.add(ping);
  };
  await tickEvery(pings.intervalMs, tick, signal);
  signal.removeEventListener('abort', cancel);
  await Promise.all(underWay);
  deadlines.stop();
}

interface PingContext {
  readonly tickLateMs: number;
  readonly deadlines: Deadlines;
  readonly report: (observation: RelayPingObservation) => void;
  /** None where late answers are heard. */
  readonly canceller: AbortController | undefined;
  readonly signal: AbortSignal;
}

/** Reports at the deadline at the latest; resolves when the ping itself has ended. */
async function pingOnce(
  pings: Pings,
  { tickLateMs, deadlines, report, canceller, signal }: PingContext,
): Promise<void> {
  const startedAtMs = performance.now();
  const told = { missed: false };
  const stopTimer = deadlines.start(pings.deadlineMs, (timerLateMs) => {
    const lateMs = Math.max(tickLateMs, timerLateMs);
    const detail = `no answer within ${pings.deadlineMs} ms`;
    told.missed = true;
    canceller?.abort();
    report({ kind: 'relay-ping', atMs: pings.clock.nowMs(), outcome: 'missed', lateMs, detail });
  });
  const outcome = await pings.ping(canceller?.signal ?? signal).catch(outcomeOfError);
  stopTimer();
  const cancelled = canceller?.signal.aborted === true;
  if (!cancelled && (!told.missed || outcome.outcome === 'answered')) {
    report(observationOf(outcome, pings.clock, performance.now() - startedAtMs));
  }
}

function observationOf(
  outcome: PingOutcome,
  clock: Clock,
  roundTripMs: number,
): RelayPingObservation {
  const kind = 'relay-ping';
  const atMs = clock.nowMs();
  switch (outcome.outcome) {
    case 'answered':
      return { kind, atMs, outcome: 'answered', roundTripMs };
    case 'refused':
      return { kind, atMs, outcome: 'refused' };
    case 'missed':
      // A "no" that was really given is the relay's word, however late this process was.
      return { kind, atMs, outcome: 'missed', lateMs: 0, detail: detailOf(outcome.detail) };
  }
}

function outcomeOfError(error: unknown): PingOutcome {
  return codeOf(error) === 'ECONNREFUSED'
    ? { outcome: 'refused' }
    : { outcome: 'missed', detail: detailOfError(error) };
}
