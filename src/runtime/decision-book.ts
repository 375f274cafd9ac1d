// Follows each decision from its first sign to its read-back and closes it with one line: what was
// seen, what was decided, why, and how long every stage took.

import type { Change, State } from '../domain/machine.js';
import type { Remedy } from '../domain/policy.js';
import type { Reason } from '../domain/reasons.js';
import type { Risk } from '../domain/risk.js';
import type { Log } from '../ports/log.js';
import { sayRemedies } from './describe-escalation.js';

/** Times in milliseconds since the Unix epoch, with fractions (ports/clock.ts). */
export interface Stages {
  /** The first sign: the connection's end, the first missed ping; else the deciding observation. */
  readonly observedAtMs: number;
  /** The observation that decided. */
  readonly detectedAtMs: number;
  readonly decidedAtMs: number;
  /** The daemon had taken every command. */
  readonly commandedAtMs: number | null;
  /** Every established neighbour was seen to be sent what was decided. */
  readonly verifiedAtMs: number | null;
}

/**
 * `superseded`: the next decision came before this one was verified. `unverified`: it was not
 * verified within the limit, for the reason in `detail`.
 */
export type Outcome = 'verified' | 'superseded' | 'unverified';

export interface Decision {
  readonly id: number;
  readonly changes: readonly Change[];
  readonly stages: Stages;
  readonly outcome: Outcome | undefined;
  readonly detail: string | undefined;
  /** What was begun, in order, because the daemon did not carry it out. */
  readonly remedies: readonly Remedy[];
  readonly evidence: object;
  /** What was said to be at risk right before. */
  readonly atRiskBefore: Risk;
}

/** A decision for one of these began with the first sign of trouble of the relay. */
const RELAY_REASONS: readonly Reason[] = ['relay-dead', 'control-silent', 'relay-hung'];

/** A decision is closed after this long even if the daemon has not confirmed it. */
const VERIFY_MS_MAX = 2_000;

export interface Circumstances {
  readonly detectedAtMs: number;
  readonly decidedAtMs: number;
  readonly atRiskBefore: Risk;
}

export class DecisionBook {
  readonly #log: Log;
  readonly #onClosed: (decision: Decision) => void;
  #count = 0;
  #last: Decision | undefined;

  constructor(log: Log, onClosed: (decision: Decision) => void = () => undefined) {
    this.#log = log;
    this.#onClosed = onClosed;
  }

  /** The latest decision, open or closed. */
  get last(): Decision | undefined {
    return this.#last;
  }

  open(changes: readonly Change[], after: State, { atRiskBefore, ...times }: Circumstances): void {
    this.#close('superseded', 'the next decision came first');
    this.#count += 1;
    const relayCaused = changes.some(({ reason }) => RELAY_REASONS.includes(reason));
    const firstSignAtMs = relayCaused ? after.evidence.relay.firstSignAtMs : undefined;
    this.#last = {
      id: this.#count,
      changes,
      stages: {
        observedAtMs: firstSignAtMs ?? times.detectedAtMs,
        ...times,
        commandedAtMs: null,
        verifiedAtMs: null,
      },
      outcome: undefined,
      detail: undefined,
      remedies: [],
      evidence: summarise(after),
      atRiskBefore,
    };
  }

  commanded(atMs: number): void {
    const open = this.#open();
    if (open !== undefined && open.stages.commandedAtMs === null) {
      this.#last = { ...open, stages: { ...open.stages, commandedAtMs: atMs } };
    }
  }

  verified(atMs: number): void {
    const open = this.#open();
    if (open !== undefined) {
      this.#last = { ...open, stages: { ...open.stages, verifiedAtMs: atMs } };
      this.#close('verified', undefined);
    }
  }

  /** Remembers what more was begun for the open decision. */
  remedied(begun: readonly Remedy[]): void {
    const open = this.#open();
    const fresh = begun.filter((each) => open?.remedies.includes(each) === false);
    if (open !== undefined && fresh.length > 0) {
      this.#last = { ...open, remedies: [...open.remedies, ...fresh] };
    }
  }

  /** Remembers the latest trouble, and closes a decision that has waited for too long. */
  pass(nowMs: number, detail: string | undefined): void {
    const open = this.#open();
    if (open === undefined) {
      return;
    }
    this.#last = { ...open, detail: detail ?? open.detail };
    if (nowMs - open.stages.decidedAtMs > VERIFY_MS_MAX) {
      this.#close('unverified', detail ?? open.detail ?? 'no neighbour is established');
    }
  }

  #open(): Decision | undefined {
    return this.#last?.outcome === undefined ? this.#last : undefined;
  }

  #close(outcome: Outcome, detail: string | undefined): void {
    const open = this.#open();
    if (open === undefined) {
      return;
    }
    const closed = { ...open, outcome, detail };
    this.#last = closed;
    const said = closed.changes
      .map(({ vip, from, to, reason }) => `${vip}: ${from} -> ${to} (${reason})`)
      .join(', ');
    const write = outcome === 'unverified' ? 'warn' : 'info';
    const means = closed.remedies.length === 0 ? '' : `, ${sayRemedies(closed.remedies)}`;
    this.#log[write]({ event: 'decision', ...closed }, `decided ${said}; ${outcome}${means}`);
    this.#onClosed(closed);
  }
}

function summarise({ evidence }: State): object {
  const { relay, canary, store, beat, parity, operator } = evidence;
  return {
    relay: {
      state: relay.state,
      connection: relay.connection,
      missesInARow: relay.missesInARow,
      lastPingMs: relay.pingMs,
      sessions: relay.sessions,
    },
    canary: { state: canary.state, missesInARow: canary.missesInARow },
    redis: {
      replicaAnswers: store.replica.answers,
      link: store.replica.link,
      primaryAnswers: store.primary.answers,
      beat: beat.state,
      behindMs: store.arrears && store.arrears.seenAtMs - store.arrears.sinceMs,
    },
    missing: { home: parity.home.missing, standby: parity.standby.missing },
    drained: operator.drained?.by,
  };
}
