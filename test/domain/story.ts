// Tells a story to the core, event by event, with the time in milliseconds since its start.

import {
  NOTHING_ORDERED,
  type OperatorState,
  type PeerWord,
  type RelayConnectionObservation,
  type ReplicaObservation,
} from '../../src/domain/evidence.js';
import {
  initialState,
  step,
  wakeAtMs,
  type Effect,
  type Event,
  type State,
} from '../../src/domain/machine.js';
import type { Policy } from '../../src/domain/policy.js';
import type { Rank } from '../../src/domain/rank.js';
import type { Reason } from '../../src/domain/reasons.js';
import type { HeldRoute, NeighbourSession, Vip } from '../../src/domain/route.js';

export const HOME: Vip = {
  name: 'a',
  prefixes: ['10.99.0.1/32', '2001:db8:99::1/128'],
  role: { kind: 'home', standbys: 1 },
  database: 1,
};

export const STANDBY: Vip = {
  name: 'b',
  prefixes: ['10.99.0.2/32'],
  role: { kind: 'standby', of: 'relay-b', order: 1, standbys: 1 },
  database: 2,
};

export const POLICY: Policy = {
  node: 'relay-a',
  vips: [HOME, STANDBY],
  missesMax: 4,
  ownLatenessMsMax: 25,
  canaryMissesMax: 4,
  degraded: { pingMs: undefined, errorShare: undefined, forMs: 2_000 },
  countsSessions: true,
  replicated: true,
  replicaLagMsMax: 500,
  hearsPeers: false,
  capacity: undefined,
  settleMs: 10_000,
  maxHoldMs: 1_800_000,
  failback: 'auto',
  remedies: [],
  neighbours: ['10.0.1.1'],
};

/** What relay-b says while all is well: home of b, ready standby of a. */
export const WORD: PeerWord = {
  sequence: 1,
  version: '1.0.0',
  relay: 'alive',
  vips: [
    { name: 'b', rank: 0 },
    { name: 'a', rank: 1, of: 'relay-a' },
  ],
  sessions: { own: 7, foreign: 5 },
  lagMs: 2,
  drained: false,
  frozen: false,
  capacity: undefined,
  canaries: { 'relay-a': true, 'relay-b': true },
  missing: { a: 0 },
  well: true,
};

export const UNDRAINED = NOTHING_ORDERED;

export const ROUTER: NeighbourSession = {
  neighbour: '10.0.1.1',
  state: 'established',
  bfd: 'up',
};

export class Story {
  readonly policy: Policy;
  state: State;
  effects: readonly Effect[] = [];

  constructor(policy: Partial<Policy> = {}, operator: OperatorState = UNDRAINED) {
    this.policy = { ...POLICY, ...policy };
    this.state = initialState(this.policy, operator, 0);
  }

  tell(event: Event): this {
    const { state, effects } = step(this.state, event, this.policy);
    this.state = state;
    this.effects = effects;
    return this;
  }

  answer(atMs: number): this {
    return this.tell({ kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: 0.1 });
  }

  miss(atMs: number, lateMs = 0): this {
    return this.tell({ kind: 'relay-ping', atMs, outcome: 'missed', lateMs });
  }

  refusePing(atMs: number): this {
    return this.tell({ kind: 'relay-ping', atMs, outcome: 'refused' });
  }

  connection(atMs: number, state: RelayConnectionObservation['state']): this {
    return this.tell({ kind: 'relay-connection', atMs, state });
  }

  count(atMs: number, own: number, foreign: number): this {
    return this.tell({ kind: 'relay-sessions', atMs, own, foreign, total: own + foreign });
  }

  replica(
    atMs: number,
    seen: Partial<Extract<ReplicaObservation, { outcome: 'answered' }>> = {},
  ): this {
    return this.tell({
      kind: 'redis-replica',
      atMs,
      outcome: 'answered',
      link: 'up',
      offsetBytes: 1_000,
      databaseSizes: { 1: 5, 2: 7 },
      ...seen,
    });
  }

  replicaSilent(atMs: number): this {
    return this.tell({ kind: 'redis-replica', atMs, outcome: 'unanswered', detail: 'mute' });
  }

  primary(atMs: number, offsetBytes = 1_000): this {
    return this.tell({
      kind: 'redis-primary',
      atMs,
      outcome: 'answered',
      role: 'primary',
      offsetBytes,
    });
  }

  primarySilent(atMs: number): this {
    return this.tell({ kind: 'redis-primary', atMs, outcome: 'unanswered', detail: 'mute' });
  }

  heard(atMs: number): this {
    return this.tell({ kind: 'relay-canary', atMs, outcome: 'heard', roundTripMs: 0.5 });
  }

  unheard(atMs: number, lateMs = 0): this {
    return this.tell({ kind: 'relay-canary', atMs, outcome: 'missed', lateMs });
  }

  noCanary(atMs: number): this {
    return this.tell({ kind: 'relay-canary', atMs, outcome: 'absent', detail: 'set up anew' });
  }

  foreignCanary(atMs: number, held: boolean, of = 'relay-b'): this {
    return this.tell({ kind: 'foreign-canary', atMs, of, held });
  }

  beat(atMs: number, roundTripMs = 2): this {
    return this.tell({ kind: 'redis-beat', atMs, outcome: 'seen', roundTripMs });
  }

  noBeat(atMs: number, ageMs: number): this {
    return this.tell({ kind: 'redis-beat', atMs, outcome: 'overdue', ageMs });
  }

  /** A word of relay-b, or of another node; an answer to a question asked at `madeAfterMs`. */
  word(
    atMs: number,
    word: Partial<PeerWord> = {},
    { madeAfterMs, node = 'relay-b' }: { madeAfterMs?: number; node?: string } = {},
  ): this {
    const made = madeAfterMs === undefined ? {} : { madeAfterMs };
    const sequence = Math.floor(atMs) + 1;
    return this.tell({ kind: 'peer', atMs, node, word: { ...WORD, sequence, ...word }, ...made });
  }

  compare(atMs: number, side: 'home' | 'standby', missing: number): this {
    const database = side === 'home' ? 1 : 2;
    const counts = { expected: 5, held: 5 - missing, missing, extra: 0, samples: [] };
    return this.tell({ kind: 'parity', atMs, side, database, ...counts });
  }

  holds(atMs: number, ranks: readonly [Rank, Rank], sessions = [ROUTER]): this {
    return this.tell({
      kind: 'speaker',
      daemon: 'up',
      atMs,
      held: heldRoutes(this.policy.vips, ranks),
      sessions,
    });
  }

  /** The daemon takes the last declaration and sends its neighbour what was declared. */
  confirm(atMs: number): this {
    const { number, declared } = this.state.convergence;
    this.tell({ kind: 'declared', atMs, number });
    return this.tell({
      kind: 'advertised',
      atMs,
      number,
      advertisements: declared.flatMap(({ prefix, rank }) =>
        rank === 'withdrawn'
          ? []
          : [
              {
                neighbour: ROUTER.neighbour,
                prefix,
                rank,
                asPath: [],
                communities: [],
                med: undefined,
              },
            ],
      ),
    });
  }

  tick(atMs: number): this {
    return this.tell({ kind: 'tick', atMs });
  }

  drain(atMs: number, untilMs?: number): this {
    const drained = { by: 'ann', why: 'new kernel', atMs, untilMs };
    return this.tell({ kind: 'operator', atMs, operator: { ...NOTHING_ORDERED, drained } });
  }

  freeze(atMs: number, evenDead = false, untilMs?: number): this {
    const frozen = { by: 'ann', why: 'router upgrade', atMs, untilMs, evenDead };
    return this.tell({ kind: 'operator', atMs, operator: { ...NOTHING_ORDERED, frozen } });
  }

  undrain(atMs: number): this {
    const operator = { ...NOTHING_ORDERED, releasedAtMs: atMs };
    return this.tell({ kind: 'operator', atMs, operator });
  }

  /** A healthy pair at time 0: relay, Redis and daemon seen, home 0 and standby 1 adopted. */
  static healthy(policy: Partial<Policy> = {}): Story {
    const story = new Story(policy);
    story.connection(0, 'open').answer(0).primary(0).replica(0).count(0, 5, 7).replica(0);
    story.holds(0, [0, 1]).confirm(0);
    story.effects = [];
    return story;
  }

  rank(vip: string): Rank | undefined {
    return this.state.vips[vip]?.rank;
  }

  reason(vip: string): Reason | undefined {
    return this.state.vips[vip]?.reason;
  }

  /** `rank reason` of every VIP in the order of the policy. */
  verdicts(): readonly string[] {
    return this.policy.vips.map(
      ({ name }) => `${String(this.rank(name))} ${String(this.reason(name))}`,
    );
  }

  wakeAtMs(): number | undefined {
    return wakeAtMs(this.state);
  }
}

export function heldRoutes(vips: readonly Vip[], ranks: readonly Rank[]): readonly HeldRoute[] {
  return vips.flatMap((vip, index) => {
    const rank = ranks[index] ?? 'withdrawn';
    return vip.prefixes.map((prefix) => ({
      prefix,
      ranks: rank === 'withdrawn' ? [] : [rank],
      foreign: false,
    }));
  });
}
