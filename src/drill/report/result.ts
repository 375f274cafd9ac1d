import type { Damping } from '../measure/damping.js';
import type { ScenarioName } from '../scenarios/scenario.js';

/** Milliseconds after the fault; null for what did not happen or was not seen. */
export interface StagesMs {
  readonly detected: number | null;
  readonly decided: number | null;
  readonly commanded: number | null;
  readonly verified: number | null;
  readonly router: number | null;
  readonly firstPacket: number | null;
}

export interface BudgetStagesMs<T> {
  readonly detect: T;
  readonly decide: T;
  readonly act: T;
  readonly verify: T;
  readonly total: T;
}

/** The worst case that the relay's file computes for this class of fault, and what was measured. */
export interface BudgetResult {
  readonly fault: string;
  readonly computedMs: BudgetStagesMs<number>;
  readonly measuredMs: BudgetStagesMs<number | null>;
}

/** One run of a drill. The shape is a contract: keys are added, never renamed or removed. */
export interface RunResult {
  readonly scenario: ScenarioName;
  readonly run: number;
  readonly relay: 'rtpengine' | 'holdline';
  readonly bgp: 'bird' | 'gobgp';
  readonly store: 'redis' | 'valkey';
  readonly router: 'bird';
  /** ISO 8601, UTC. */
  readonly faultAt: string;
  readonly stagesMs: StagesMs;
  /** Measured at the callers, on the RTP itself: one stream each way for every call. */
  readonly media: {
    readonly streams: number;
    /** The longest silence of each stream. */
    readonly gapMs: { readonly p50: number; readonly max: number };
    readonly lostMax: number;
    readonly lost: number;
    readonly reordered: number;
    readonly duplicates: number;
    /** The stream that lost the most, and where in it: places among the packets it sent. */
    readonly worst: {
      readonly call: string;
      readonly vip: string;
      readonly family: 4 | 6;
      readonly lost: number;
      readonly firstLost: number;
      readonly sent: number;
    } | null;
    /** By how much the callers themselves were late at the most, the machine being busy. */
    readonly callersLateMs: number;
    /** The stream of one packet a millisecond on VIP a. */
    readonly probe: { readonly gapMs: number; readonly lost: number };
  };
  readonly calls: {
    readonly before: number;
    readonly after: number;
    /** What the sidecar of relay-a had said before the fault that it would lose; null if unknown. */
    readonly atRiskSaid: number | null;
  };
  /** Milliseconds after the fault at which the guard found it, and the next worker watched. */
  readonly guardMs?: { readonly found: number; readonly back: number };
  /** What a router that damps (RFC 2439) would have thought of it, where that is in question. */
  readonly damping?: Damping;
  /** Null for a scenario that no line of the budget is about. */
  readonly budget: BudgetResult | null;
  /** What the sidecars' statuses had to say, and how many milliseconds after the fault they did. */
  readonly screens?: readonly {
    readonly relay: string;
    readonly vip: string;
    readonly reason: string;
    readonly rank: number;
    readonly ms: number;
    readonly withinMs: number;
  }[];
  /** Changes of the router's choice that the scenario does not expect. */
  readonly falseMoves: number;
  /** What the scenario found out by itself. */
  readonly said?: readonly string[];
  readonly passed: boolean;
  readonly why: string;
}
