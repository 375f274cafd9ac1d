// A counter of missed pings: what Holdline does, judged by Holdline's own code, and the same with a
// deadline that follows the answers.

import type { RelayPingObservation } from '../../src/domain/evidence.js';
import type { Policy } from '../../src/domain/policy.js';
import { foldRelay, noRelayEvidence } from '../../src/domain/relay-evidence.js';
import type { Detector } from './detector.js';
import { doneAtMs, type Stall, type Trace, type TracedPing } from './trace.js';

export interface CounterSettings {
  readonly deadlineMs: number;
  readonly misses: number;
  /** An answer that is late by no more than this is a sign of life all the same; 0 as it was. */
  readonly hearsLateMs: number;
}

/** What lay in the socket when a stall ended is read before anything is judged (patient-timer.ts). */
const LAST_TURN_MS = 5;

export function plainCounter({ deadlineMs, misses, hearsLateMs }: CounterSettings): Detector {
  const late = hearsLateMs === 0 ? '' : `, answers heard up to ${deadlineMs + hearsLateMs} ms`;
  const fixed = { deadlineMs, hearsLateMs, answered: () => undefined };
  return {
    name: `counter, deadline ${deadlineMs} ms, ${misses} misses${late}`,
    alarms: (trace) => countMisses(trace, misses, () => fixed),
  };
}

/**
 * RFC 6298: the deadline is the smoothed round trip plus four times its smoothed deviation, and not
 * below a floor. A missed ping gives no sample (Karn's algorithm); the RFC's doubling after a miss is
 * left out, since here nothing is sent again: it would only delay the alarm.
 */
export function adaptiveCounter(settings: {
  readonly floorMs: number;
  readonly ceilingMs: number;
  readonly misses: number;
}): Detector {
  const { floorMs, ceilingMs, misses } = settings;
  return {
    name: `RFC 6298, deadline ${floorMs} to ${ceilingMs} ms, ${misses} misses`,
    alarms: (trace) =>
      countMisses(trace, misses, () => new RetransmissionTimer(floorMs, ceilingMs)),
  };
}

interface Deadline {
  readonly deadlineMs: number;
  readonly hearsLateMs: number;
  answered(roundTripMs: number): void;
}

class RetransmissionTimer implements Deadline {
  readonly #floorMs: number;
  readonly #ceilingMs: number;
  readonly hearsLateMs = 0;
  #smoothedMs: number | undefined;
  #deviationMs = 0;

  constructor(floorMs: number, ceilingMs: number) {
    this.#floorMs = floorMs;
    this.#ceilingMs = ceilingMs;
  }

  get deadlineMs(): number {
    if (this.#smoothedMs === undefined) {
      return this.#ceilingMs;
    }
    const wantedMs = this.#smoothedMs + 4 * this.#deviationMs;
    return Math.min(this.#ceilingMs, Math.max(this.#floorMs, wantedMs));
  }

  answered(roundTripMs: number): void {
    if (this.#smoothedMs === undefined) {
      this.#smoothedMs = roundTripMs;
      this.#deviationMs = roundTripMs / 2;
      return;
    }
    const offMs = Math.abs(this.#smoothedMs - roundTripMs);
    this.#deviationMs = 0.75 * this.#deviationMs + 0.25 * offMs;
    this.#smoothedMs = 0.875 * this.#smoothedMs + 0.125 * roundTripMs;
  }
}

/** Gives every outcome to the fold of the product and tells when the relay became silent. */
function countMisses(trace: Trace, misses: number, begin: () => Deadline): readonly number[] {
  const deadline = begin();
  const alarms: number[] = [];
  let evidence = noRelayEvidence(0);
  for (const outcome of outcomesInTurn(trace, deadline)) {
    const before = evidence.state;
    evidence = foldRelay(evidence, outcome.seen, policyOf(misses, outcome.deadlineMs));
    if (evidence.state === 'silent' && before !== 'silent') {
      alarms.push(outcome.seen.atMs);
    }
  }
  return alarms;
}

interface Outcome {
  readonly seen: RelayPingObservation;
  readonly deadlineMs: number;
}

/** An answer that comes before the outcomes of older pings is told before them, as in the product. */
function outcomesInTurn({ pings, stalls }: Trace, deadline: Deadline): readonly Outcome[] {
  const waiting: Outcome[] = [];
  const told: Outcome[] = [];
  const tellUntil = (atMs: number): void => {
    waiting.sort((left, right) => left.seen.atMs - right.seen.atMs);
    while (waiting[0] !== undefined && waiting[0].seen.atMs <= atMs) {
      told.push(...waiting.splice(0, 1).map((outcome) => learn(outcome, deadline)));
    }
  };
  for (const ping of pings) {
    tellUntil(ping.sentAtMs);
    waiting.push(...outcomesOf(ping, deadline, stalls));
  }
  tellUntil(Infinity);
  return told;
}

function learn(outcome: Outcome, deadline: Deadline): Outcome {
  if (outcome.seen.outcome === 'answered') {
    deadline.answered(outcome.seen.roundTripMs);
  }
  return outcome;
}

/** One outcome, and a second one when the answer comes late and is heard. */
function outcomesOf(
  { sentAtMs, delayMs }: TracedPing,
  { deadlineMs, hearsLateMs }: Deadline,
  stalls: readonly Stall[],
): readonly Outcome[] {
  const answeredAtMs = sentAtMs + delayMs;
  const dueAtMs = sentAtMs + deadlineMs;
  const judgedAtMs = doneAtMs(dueAtMs, stalls);
  const lateMs = judgedAtMs - dueAtMs;
  const kind = 'relay-ping';
  const answer = { kind, atMs: answeredAtMs, outcome: 'answered', roundTripMs: delayMs } as const;
  if (answeredAtMs <= judgedAtMs + (lateMs > 0 ? LAST_TURN_MS : 0)) {
    return [{ seen: answer, deadlineMs }];
  }
  const missed = { kind, atMs: judgedAtMs, outcome: 'missed', lateMs } as const;
  const heard = delayMs <= deadlineMs + hearsLateMs ? [{ seen: answer, deadlineMs }] : [];
  return [{ seen: missed, deadlineMs }, ...heard];
}

/** As runtime/policy.ts: late by more than half a deadline is a stall of our own. */
function policyOf(missesMax: number, deadlineMs: number): Policy {
  return {
    vips: [],
    missesMax,
    ownLatenessMsMax: deadlineMs / 2,
    countsSessions: false,
    node: 'relay-a',
    canaryMissesMax: 4,
    degraded: { pingMs: undefined, errorShare: undefined, forMs: 2_000 },
    hearsPeers: false,
    capacity: undefined,
    replicated: false,
    replicaLagMsMax: 0,
    settleMs: 0,
    maxHoldMs: 0,
    failback: 'auto',
    remedies: [],
    neighbours: [],
  };
}
