// What the drill says to the callers' process and what it answers: one JSON object a line.

import type { VipName } from '../lab/addresses.js';

import type { WindowReport } from './window.js';

export interface CallPlan {
  readonly id: string;
  readonly kind: 'call' | 'probe';
  readonly vip: VipName;
  readonly family: 4 | 6;
  /** The callers' own address, where both parties of the call sit. */
  readonly address: string;
  /** Where the relay that sets the call up speaks ng. */
  readonly relay: { readonly host: string; readonly port: number };
  readonly interfaceName: string;
  /** Between the packets to the callee. */
  readonly intervalMs: number;
  /** When in the interval they are sent. */
  readonly phaseMs: number;
}

export interface StreamReport extends WindowReport {
  readonly call: string;
  readonly kind: CallPlan['kind'];
  readonly towards: 'callee' | 'caller';
  readonly vip: VipName;
  readonly family: 4 | 6;
  /** One of those that send two packets a second. */
  readonly silent: boolean;
}

export interface CallersReport {
  readonly streams: readonly StreamReport[];
  /** The longest silence of the probe, its calls taken together. */
  readonly probeSilenceMs: number;
  /** By how much the callers' process itself was late at the most: a silence of its own making. */
  readonly lateMs: number;
}

export interface RelaySessions {
  readonly own: number;
  readonly foreign: number;
}

export type CallersCommand =
  | { readonly do: 'set-up'; readonly calls: readonly CallPlan[] }
  | {
      readonly do: 'set-up-more';
      readonly calls: readonly CallPlan[];
      readonly perSecond: number;
    }
  | { readonly do: 'hang-up'; readonly name: string }
  /** Ends what telephones have left on a relay: calls whose Call-ID ends so. */
  | {
      readonly do: 'clear';
      readonly host: string;
      readonly port: number;
      readonly ending: string;
    }
  | { readonly do: 'open' }
  | { readonly do: 'close'; readonly drainMs: number }
  | { readonly do: 'heard'; readonly withinMs: number }
  | {
      readonly do: 'sessions';
      readonly host: string;
      readonly port: number;
      /** Call-IDs that are nobody's call and left out where the relay holds them. */
      readonly canaries: { readonly own: string; readonly foreign: string };
    };

/** The answer to each command. */
export interface CallersAnswers {
  readonly 'set-up': { readonly calls: number };
  /** Calls that both parties have, and when those began that failed. */
  readonly 'set-up-more': {
    readonly established: number;
    readonly failedFromMs: readonly number[];
  };
  readonly 'hang-up': { readonly calls: number };
  readonly clear: { readonly calls: number };
  readonly open: { readonly streams: number };
  readonly close: CallersReport;
  /** How many calls have been heard by both parties of late, and how many of the probe's. */
  readonly heard: { readonly calls: number; readonly probes: number };
  readonly sessions: RelaySessions;
}

export interface CallersRequest {
  readonly id: number;
  readonly command: CallersCommand;
}

export type CallersReply =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };
