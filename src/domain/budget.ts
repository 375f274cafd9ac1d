// What the settings promise: for each class of fault the longest time from the fault to a route
// that is seen to be right, stage by stage. The figures are limits that the code keeps, not measurements
// (docs/drill.md has those); only the time in which the kernel shows a death is DESIGN.md's bound.

import { DOUBT_MISSES, PEER_ANSWER_MS_MAX, REPLICA_GONE_MS_MAX, type Remedy } from './policy.js';

export interface BudgetInput {
  readonly ping: {
    readonly intervalMs: number;
    readonly deadlineMs: number;
    readonly misses: number;
  };
  /** Undefined where no canary call is kept. */
  readonly canary: BudgetInput['ping'] | undefined;
  /** A connection is held open to the relay. */
  readonly holdsOpen: boolean;
  readonly replicated: boolean;
  /** It is looked whether the addresses of the VIPs are on the host. */
  readonly looksForVips?: boolean;
  /** BFD of each neighbour: detection time, or undefined where there is none. */
  readonly bfdMs: readonly (number | undefined)[];
  readonly remedies: readonly Remedy[];
}

export type FaultClass =
  | 'relay dead'
  | 'relay silent'
  | 'relay hung'
  | 'VIP missing'
  | 'media dead'
  | 'standby unready'
  | 'daemon deaf'
  | 'withdraw not sent'
  | 'host dead';

export interface BudgetLine {
  readonly fault: FaultClass;
  readonly detectMs: number;
  readonly decideMs: number;
  readonly actMs: number;
  readonly verifyMs: number;
  readonly totalMs: number;
  /** How the fault is detected, for people. */
  readonly by: string;
}

/** The daemon has so long to take every command of a declaration. */
export const COMMAND_MS_MAX = 300;

/** And so long to tell what its neighbours are sent. */
export const READ_BACK_MS_MAX = 150;

/** A withdraw that must not wait is tried for so long before something else is done about it. */
export const RETRY_STAGE_MS = 420;

/** The daemon has so long to take the sessions to its neighbours down. */
export const DISABLE_MS_MAX = 130;

/** The operator's command has so long to end the daemon. */
export const STOP_MS_MAX = 250;

/** Each remedy has so long to show. */
export const REMEDY_MS: Readonly<Record<Remedy, number>> = {
  'disable-neighbour': DISABLE_MS_MAX,
  'stop-command': STOP_MS_MAX,
};

/** A decision is one run of `step`; the rest of it is a turn of the event loop. */
const DECIDE_MS_MAX = 5;

/** DESIGN.md, class "dead": the kernel closes the sockets of the process, the reconnect is refused. */
const DEATH_SEEN_MS_MAX = 10;

/** The router's own way from the end of a session to its next route. */
const ROUTER_ACTS_MS_MAX = 20;

/** The VIPs are looked for this often, and the routing table has so long to confirm what is missing. */
export const VIP_LOOK_MS = 200;
export const VIP_ROUTE_MS_MAX = 50;

/** Looks at Redis: one each 200 ms while all is well, each with 100 ms to be answered. */
const REDIS_LOOK_MS_MAX = 300;

/** And the next look that sees the same, also at the primary: one each 100 ms by then. */
const SEEN_AGAIN_MS_MAX = 100;

/** Without BFD the router waits for the hold time of the rendered files. */
const HOLD_TIME_MS = 9_000;

/** The pause in front of the second try of a declaration (convergence.ts). */
const RETRY_PAUSE_MS = 20;

export function budgetLines(input: BudgetInput): readonly BudgetLine[] {
  const { intervalMs, deadlineMs, misses } = input.ping;
  const deadMs = input.holdsOpen ? DEATH_SEEN_MS_MAX : 2 * intervalMs + deadlineMs;
  const lines = [
    line('relay dead', deadMs, input.holdsOpen ? 'its connection ends' : 'two pings are refused'),
    line('relay silent', silentForMs(input), `${misses} pings are missed`),
    ...vipLines(input),
    ...mediaLines(input),
    ...(input.replicated
      ? [
          line(
            'standby unready',
            REDIS_LOOK_MS_MAX + REPLICA_GONE_MS_MAX + SEEN_AGAIN_MS_MAX,
            'the replica is gone at two looks',
          ),
        ]
      : []),
    deafLine(deadMs, input.remedies),
    notSentLine(deadMs, input.remedies),
  ];
  return [...lines, ...hostLines(input.bfdMs)];
}

function silentForMs({
  ping: { intervalMs, deadlineMs, misses },
  replicated,
}: BudgetInput): number {
  return intervalMs * misses + deadlineMs + (replicated ? wordMs(intervalMs, misses) : 0);
}

/** What a demotion may have to wait for the word of a peer, which is asked for at the first doubt. */
function wordMs(intervalMs: number, misses: number): number {
  return Math.max(0, PEER_ANSWER_MS_MAX - intervalMs * Math.max(0, misses - DOUBT_MISSES));
}

function vipLines({ looksForVips, replicated }: BudgetInput): readonly BudgetLine[] {
  const seenMs = VIP_LOOK_MS + VIP_ROUTE_MS_MAX;
  const detectMs = seenMs + (replicated ? PEER_ANSWER_MS_MAX : 0);
  return looksForVips === true
    ? [line('VIP missing', detectMs, 'its address is on no interface')]
    : [];
}

/** A packet is judged at the first tick after its deadline. */
function mediaLines({ canary, ping, replicated }: BudgetInput): readonly BudgetLine[] {
  if (canary === undefined) {
    return [];
  }
  const { intervalMs, deadlineMs, misses } = canary;
  const judgedMs = Math.ceil(deadlineMs / intervalMs) * intervalMs;
  const by = `${misses} packets of the canary call are missed`;
  const deadMs = intervalMs * misses + judgedMs;
  const silentMs = ping.intervalMs * ping.misses + ping.deadlineMs;
  const demotedMs = deadMs + (replicated ? wordMs(intervalMs, misses) : 0);
  // Only with peers to ask does a home let go.
  const hungMs = Math.max(deadMs, silentMs) + PEER_ANSWER_MS_MAX;
  return [
    line('media dead', demotedMs, by),
    ...(replicated ? [line('relay hung', hungMs, 'silent and mute, and a peer answers')] : []),
  ];
}

/** The daemon leaves commands unanswered: the second one is, or a remedy takes the route away. */
function deafLine(deadMs: number, remedies: readonly Remedy[]): BudgetLine {
  const twiceMs = COMMAND_MS_MAX + RETRY_PAUSE_MS + COMMAND_MS_MAX;
  const by = 'no answer';
  return remedyLine('daemon deaf', { deadMs, remedies, twiceMs, by });
}

/** The daemon takes the withdraw, and a neighbour is sent the route all the same. */
function notSentLine(deadMs: number, remedies: readonly Remedy[]): BudgetLine {
  const twiceMs = 2 * COMMAND_MS_MAX + READ_BACK_MS_MAX + RETRY_PAUSE_MS;
  const by = 'still sent';
  return remedyLine('withdraw not sent', { deadMs, remedies, twiceMs, by });
}

function remedyLine(
  fault: FaultClass,
  given: {
    readonly deadMs: number;
    readonly remedies: readonly Remedy[];
    /** The time for a second try, which is all there is without a remedy. */
    readonly twiceMs: number;
    readonly by: string;
  },
): BudgetLine {
  const { deadMs, remedies, twiceMs, by } = given;
  const remediesMs = remedies.reduce((sum, each) => sum + REMEDY_MS[each], RETRY_STAGE_MS);
  const actMs = remedies.length === 0 ? twiceMs : remediesMs;
  const first = line(fault, deadMs, [by, ...remedies].join(', then '));
  return { ...first, actMs, totalMs: first.totalMs - first.actMs + actMs };
}

/** Nobody is left to act: the router alone takes the route away. */
function hostLines(bfdMs: BudgetInput['bfdMs']): readonly BudgetLine[] {
  if (bfdMs.length === 0) {
    return [];
  }
  const slowestMs = Math.max(...bfdMs.map((each) => each ?? HOLD_TIME_MS));
  const by = bfdMs.includes(undefined) ? 'BGP hold time, no BFD' : "the router's BFD";
  return [
    {
      fault: 'host dead',
      detectMs: slowestMs,
      decideMs: 0,
      actMs: ROUTER_ACTS_MS_MAX,
      verifyMs: 0,
      totalMs: slowestMs + ROUTER_ACTS_MS_MAX,
      by,
    },
  ];
}

function line(fault: FaultClass, detectMs: number, by: string): BudgetLine {
  return {
    fault,
    detectMs,
    decideMs: DECIDE_MS_MAX,
    actMs: COMMAND_MS_MAX,
    verifyMs: READ_BACK_MS_MAX,
    totalMs: detectMs + DECIDE_MS_MAX + COMMAND_MS_MAX + READ_BACK_MS_MAX,
    by,
  };
}
