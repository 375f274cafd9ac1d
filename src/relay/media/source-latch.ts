// Decides whose packets a port takes. The address in an SDP is often a private one behind a NAT,
// so the first packets tell where the party really is, and nobody else may talk after that.

import type { Endpoint } from '../call/record.js';

/**
 * For so long after the first packet a source that fits the SDP better may take over from one who
 * was quicker: the very port, then the host, then anybody.
 */
const PROVISIONAL_MS = 3_000;
/** A NAT that forgot its binding gives a new one: same stream, new source, the old one silent. */
const HANDOVER_SILENCE_MS = 3_000;

export interface Arrival {
  readonly host: string;
  readonly port: number;
  readonly ssrc: number;
  readonly nowMs: number;
}

/**
 * `latched`: the latch follows this source from now on; `passed`: a source of before the last SDP
 * that has not fallen silent yet; `refused`: a stranger.
 */
export type Admission = 'latched' | 'passed' | 'refused';

const NEVER_MS = Number.NEGATIVE_INFINITY;

export class SourceLatch {
  host = '';
  port = 0;
  #told: Endpoint | null = null;
  #former: Endpoint | null = null;
  #latecomerSsrc: number | undefined;
  #ssrc = 0;
  #expectedAtMs = NEVER_MS;
  #heardAtMs = NEVER_MS;
  /** Until then a better source may replace this one. */
  #provisionalUntilMs = NEVER_MS;

  get learned(): Endpoint | null {
    return this.port === 0 ? null : { host: this.host, port: this.port };
  }

  /** The stream that used this port in an earlier call: its party may not know yet that it is over. */
  distrust(ssrc: number | undefined): void {
    this.#latecomerSsrc = ssrc;
  }

  /** The party's SDP has come: what was learned stands if it came with it, else it is open again. */
  expect(told: Endpoint | null, learned: Endpoint | null, nowMs: number): void {
    this.#former = this.learned;
    this.#told = told;
    this.host = learned?.host ?? '';
    this.port = learned?.port ?? 0;
    this.#expectedAtMs = nowMs;
    this.#provisionalUntilMs = NEVER_MS;
  }

  /** Called for each packet that is taken, so that a silence can be told. */
  heard(ssrc: number, nowMs: number): void {
    this.#ssrc = ssrc;
    this.#heardAtMs = nowMs;
  }

  /** Judges a packet of another source than the latched one. */
  admit(arrival: Arrival): Admission {
    const hasReturnAddress = arrival.port !== 0;
    if (this.#told === null || !hasReturnAddress || this.#isLatecomer(arrival)) {
      return 'refused';
    }
    if (this.#isLeaving(arrival)) {
      return 'passed';
    }
    if (!this.#mayReplace(arrival)) {
      return 'refused';
    }
    if (this.port === 0) {
      this.#provisionalUntilMs = arrival.nowMs + PROVISIONAL_MS;
    }
    this.host = arrival.host;
    this.port = arrival.port;
    return 'latched';
  }

  #mayReplace(arrival: Arrival): boolean {
    const { ssrc, nowMs } = arrival;
    if (this.port === 0) {
      return true;
    }
    if (nowMs < this.#provisionalUntilMs && this.#fit(arrival) > this.#fit(this)) {
      return true;
    }
    return ssrc === this.#ssrc && nowMs - this.#heardAtMs >= HANDOVER_SILENCE_MS;
  }

  /** How well a source fits what the SDP says. */
  #fit({ host, port }: Endpoint): number {
    const sameHost = host === this.#told?.host;
    return sameHost && port === this.#told?.port ? 2 : sameHost ? 1 : 0;
  }

  /** The party moves: its old address goes on for a moment and must not be taken for the new one. */
  #isLeaving({ host, port, nowMs }: Arrival): boolean {
    const isFormer = host === this.#former?.host && port === this.#former.port;
    return this.port === 0 && isFormer && nowMs < this.#expectedAtMs + PROVISIONAL_MS;
  }

  #isLatecomer({ host, port, ssrc }: Arrival): boolean {
    return ssrc === this.#latecomerSsrc && this.#fit({ host, port }) < 2;
  }
}
