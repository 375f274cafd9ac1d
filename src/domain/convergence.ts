// Brings the daemon to what is desired and believes nothing before it was read back.
//
// - `idle`: nothing to do, or nothing adopted yet.
// - `declaring`: the daemon was told and has not answered.
// - `reading`: the daemon took everything; what it sends to its neighbours is being read back.
// - `verified`: every established neighbour is sent exactly what is desired.
// - `unverified`: no neighbour is established, so there is nobody to verify with.
// - `waiting`: something failed or differed; the next try is at `retryAtMs`.

import { isInPlace } from './plan.js';
import type { Advertisement, DesiredRoute, HeldRoute, NeighbourSession } from './route.js';

export interface SpeakerEvidence {
  readonly daemon: 'unknown' | 'up' | 'unreachable';
  readonly reportedAtMs: number;
  readonly held: readonly HeldRoute[];
  readonly sessions: readonly NeighbourSession[];
}

/**
 * - `new`: not confirmed yet.
 * - `silent`: the daemon did not answer, or refused.
 * - `gone`: nobody listens at the daemon's address any more.
 * - `differs`: the daemon took it, and a neighbour is sent something else.
 */
export type Doubt = 'new' | 'silent' | 'gone' | 'differs';

export interface Convergence {
  readonly phase: 'idle' | 'declaring' | 'reading' | 'verified' | 'unverified' | 'waiting';
  /** Number of the last declaration; answers to earlier ones are ignored. */
  readonly number: number;
  readonly declared: readonly DesiredRoute[];
  /** Why the last declaration is not believed; undefined once a read-back has confirmed it. */
  readonly doubt: Doubt | undefined;
  /** When the daemon had taken the last declaration: older reports say nothing about it. */
  readonly takenAtMs: number;
  readonly failures: number;
  /** When to try again; only `waiting` looks at it. */
  readonly retryAtMs: number;
  /** A read-back has been asked for and has not ended. */
  readonly readRequested: boolean;
  /** The neighbours that were established when it was asked for. */
  readonly readFrom: string;
  readonly readAtMs: number;
  readonly advertisements: readonly Advertisement[];
}

export type ConvergenceEffect =
  | { readonly kind: 'declare'; readonly number: number; readonly routes: readonly DesiredRoute[] }
  | { readonly kind: 'read-back'; readonly number: number };

/** What became of a declaration or a read-back. */
export type SpeakerAnswer =
  | { readonly kind: 'declared'; readonly atMs: number; readonly number: number }
  | {
      readonly kind: 'advertised';
      readonly atMs: number;
      readonly number: number;
      readonly advertisements: readonly Advertisement[];
    }
  | {
      readonly kind: 'speaker-failed';
      readonly atMs: number;
      readonly number: number;
      /** Nobody listens: the daemon has ended, and its sessions with it. */
      readonly gone?: true;
      readonly detail: string;
    };

/** First wait after a failure; doubles up to the maximum. */
const RETRY_MS_MIN = 20;
const RETRY_MS_MAX = 1_000;

/** The slow tick: read back this often even when nothing seems to have changed. */
const READ_BACK_PERIOD_MS = 5_000;

/** No set of neighbours: whatever is established later has yet to be read back. */
const UNREAD = '?';

export function newConvergence(nowMs: number): Convergence {
  return {
    phase: 'idle',
    number: 0,
    declared: [],
    doubt: undefined,
    takenAtMs: nowMs,
    failures: 0,
    retryAtMs: nowMs,
    readRequested: false,
    readFrom: UNREAD,
    readAtMs: nowMs,
    advertisements: [],
  };
}

/** Takes the daemon's answer in. An answer to an earlier declaration changes nothing. */
export function foldAnswer(
  state: Convergence,
  answer: SpeakerAnswer,
  sessions: readonly NeighbourSession[],
): Convergence {
  if (answer.number !== state.number) {
    return state;
  }
  switch (answer.kind) {
    case 'declared':
      return { ...state, phase: 'reading', readRequested: false, takenAtMs: answer.atMs };
    case 'advertised':
      return foldAdvertised({ ...state, readAtMs: answer.atMs }, answer, sessions);
    case 'speaker-failed':
      return wait(disbelieve(state, answer.gone === true ? 'gone' : 'silent'), answer.atMs);
  }
}

/** The next thing to do, if any, now that something has changed or time has passed. */
export function converge(
  state: Convergence,
  desired: readonly DesiredRoute[],
  speaker: SpeakerEvidence,
  nowMs: number,
): Converged {
  if (!sameRoutes(state.declared, desired)) {
    // What was adopted as it stands needs no command, only a look.
    return state.number === 0 && isInPlace(desired, speaker.held)
      ? readBack({ ...state, number: 1, declared: desired }, speaker)
      : declare({ ...state, failures: 0, doubt: 'new' }, desired);
  }
  switch (state.phase) {
    case 'idle':
    case 'declaring':
      return still(state);
    case 'reading':
      return state.readRequested ? still(state) : readBack(state, speaker);
    case 'waiting':
      return nowMs >= state.retryAtMs ? declare(state, desired) : still(state);
    case 'verified':
    case 'unverified':
      return keep(state, speaker, nowMs);
  }
}

/** Something has been done about the trouble: a declaration that waits is tried at once. */
export function hasten(state: Convergence, nowMs: number): Convergence {
  return state.phase === 'waiting' ? { ...state, retryAtMs: nowMs } : state;
}

/** When `converge` should be asked again although nothing happens. */
export function convergenceWakeAtMs(
  state: Convergence,
  speaker: SpeakerEvidence,
): number | undefined {
  if (state.phase === 'waiting') {
    return state.retryAtMs;
  }
  const settled = state.phase === 'verified' || state.phase === 'unverified';
  return settled && speaker.daemon === 'up' ? state.readAtMs + READ_BACK_PERIOD_MS : undefined;
}

interface Converged {
  readonly state: Convergence;
  readonly effects: readonly ConvergenceEffect[];
}

/** What is in place is watched: lost routes are declared again, new sessions are read back. */
function keep(state: Convergence, speaker: SpeakerEvidence, nowMs: number): Converged {
  if (speaker.daemon !== 'up') {
    return still({ ...state, phase: 'unverified', readFrom: UNREAD });
  }
  // A report that is older than the last declaration may still show what was before it.
  if (speaker.reportedAtMs > state.takenAtMs && !isInPlace(state.declared, speaker.held)) {
    return declare({ ...state, doubt: 'new' }, state.declared);
  }
  const sessionsMoved = establishedKey(speaker.sessions) !== state.readFrom;
  return sessionsMoved || nowMs >= state.readAtMs + READ_BACK_PERIOD_MS
    ? readBack(state, speaker)
    : still(state);
}

function declare(state: Convergence, routes: readonly DesiredRoute[]): Converged {
  const number = state.number + 1;
  return {
    state: { ...state, phase: 'declaring', number, declared: routes },
    effects: [{ kind: 'declare', number, routes }],
  };
}

function readBack(state: Convergence, speaker: SpeakerEvidence): Converged {
  return {
    state: {
      ...state,
      phase: 'reading',
      readRequested: true,
      readFrom: establishedKey(speaker.sessions),
    },
    effects: [{ kind: 'read-back', number: state.number }],
  };
}

function still(state: Convergence): Converged {
  return { state, effects: [] };
}

function establishedKey(sessions: readonly NeighbourSession[]): string {
  return sessions
    .filter((session) => session.state === 'established')
    .map((session) => session.neighbour)
    .join(' ');
}

function foldAdvertised(
  state: Convergence,
  answer: { readonly atMs: number; readonly advertisements: readonly Advertisement[] },
  sessions: readonly NeighbourSession[],
): Convergence {
  const read = { ...state, advertisements: answer.advertisements };
  const neighbours = sessions.filter((session) => session.state === 'established');
  if (neighbours.length === 0) {
    const down = sessions.length > 0 && sessions.every((session) => session.disabled !== undefined);
    return { ...read, phase: down ? 'verified' : 'unverified', failures: 0, doubt: undefined };
  }
  const sent = neighbours.every(({ neighbour }) =>
    isSent(
      state.declared,
      answer.advertisements.filter((each) => each.neighbour === neighbour),
    ),
  );
  return sent
    ? { ...read, phase: 'verified', failures: 0, doubt: undefined }
    : wait({ ...read, doubt: 'differs' }, answer.atMs);
}

function isSent(
  desired: readonly DesiredRoute[],
  advertisements: readonly Advertisement[],
): boolean {
  return desired.every(({ prefix, rank }) => {
    const sent = advertisements.filter((each) => each.prefix === prefix);
    return rank === 'withdrawn'
      ? sent.length === 0
      : sent.length === 1 && sent.every((each) => each.rank === rank);
  });
}

/** What was confirmed once stays so when the daemon falls silent later: it can send nothing new. */
function disbelieve(state: Convergence, doubt: Doubt): Convergence {
  return state.doubt === undefined ? state : { ...state, doubt };
}

function wait(state: Convergence, nowMs: number): Convergence {
  const waitMs = Math.min(RETRY_MS_MIN * 2 ** state.failures, RETRY_MS_MAX);
  return { ...state, phase: 'waiting', failures: state.failures + 1, retryAtMs: nowMs + waitMs };
}

function sameRoutes(left: readonly DesiredRoute[], right: readonly DesiredRoute[]): boolean {
  return (
    left.length === right.length &&
    left.every((route, index) => {
      const other = right[index];
      return other !== undefined && route.prefix === other.prefix && route.rank === other.rank;
    })
  );
}
