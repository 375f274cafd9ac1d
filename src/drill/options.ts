import type { BgpDriver, RelayKind } from './lab/programs.js';

export interface DrillOptions {
  /** A scenario's name, or `all`. */
  readonly scenario: string;
  readonly bgp: BgpDriver;
  readonly relay: RelayKind;
  readonly runs: number;
  readonly calls: number;
  readonly json: boolean;
  /** How long a scenario that goes on is to go on. */
  readonly lastsMs?: number;
}

/**
 * The first 200 calls have two parties that send fifty packets a second; those beyond send two a
 * second (callers/plan.ts), since more would measure the machine. Ports and files set the limit.
 */
export const CALLS_MAX = 3_000;
export const RUNS_MAX = 1_000;
