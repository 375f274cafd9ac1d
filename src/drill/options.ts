import type { BgpDriver } from './lab/programs.js';

export interface DrillOptions {
  /** A scenario's name, or `all`. */
  readonly scenario: string;
  readonly bgp: BgpDriver;
  readonly runs: number;
  readonly calls: number;
  readonly json: boolean;
  /** How long a scenario that goes on is to go on. */
  readonly lastsMs?: number;
}

/** Each call has two parties that send fifty packets a second; more would measure the machine. */
export const CALLS_MAX = 200;
export const RUNS_MAX = 1_000;
