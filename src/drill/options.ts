import type { BgpDriver, RelayKind, StoreKind } from './lab/programs.js';

export interface DrillOptions {
  /** A scenario's name, or `all`. */
  readonly scenario: string;
  readonly bgp: BgpDriver;
  readonly relay: RelayKind;
  readonly store: StoreKind;
  readonly runs: number;
  readonly calls: number;
  readonly json: boolean;
  /** rtpengine takes a call over for good with its first packet, instead of only carrying it. */
  readonly activeSwitchover?: boolean;
  /** Sidecars without canary call, comparison and repair: what these cost shows in the difference. */
  readonly bare?: boolean;
  /** How long a scenario that goes on is to go on. */
  readonly lastsMs?: number;
}

/** Of many calls most keep silent (callers/plan.ts); ports and files set the limit. */
export const CALLS_MAX = 3_000;
export const RUNS_MAX = 1_000;
