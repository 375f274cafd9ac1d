// The smallest world in which a pair can go wrong: for each host a relay, a replica link, a daemon
// and the pure core of a sidecar; one Redis primary for both; a router that picks the best rank.
// Time passes in ticks; within a tick every sidecar sees all there is to see.

import type { Event, State } from '../../src/domain/machine.js';
import { memoryOf } from '../../src/domain/memory.js';
import { initialState, step } from '../../src/domain/machine.js';
import {
  brokenAmong,
  brokenIn,
  type HostView,
  type Invariant,
  type PairInvariant,
} from '../../src/domain/invariants.js';
import type { Policy } from '../../src/domain/policy.js';
import type { Rank } from '../../src/domain/rank.js';
import { awaitsWord } from '../../src/domain/await-word.js';
import type { PeerWord } from '../../src/domain/evidence.js';
import { isWell } from '../../src/domain/wellness.js';
import { POLICY, UNDRAINED, WORD } from '../domain/story.js';

export const TICK_MS = 500;

const PREFIX = '10.99.0.1/32';

const NODES = ['relay-a', 'relay-b'] as const;

/** One VIP: its home on the first host, its standby on the second. */
const POLICIES: readonly Policy[] = [
  { kind: 'home' as const, standbys: 1 },
  { kind: 'standby' as const, of: 'relay-a', order: 1, standbys: 1 },
].map((role, index) => ({
  ...POLICY,
  node: NODES[index]!,
  vips: [{ name: 'a', prefixes: [PREFIX], role, database: 1 }],
  missesMax: 1,
  canaryMissesMax: 1,
  settleMs: 2 * TICK_MS,
  maxHoldMs: 6 * TICK_MS,
}));

export interface Host {
  readonly state: State;
  /** `mute`: its pings are answered, but no media comes out of it. */
  readonly relay: 'up' | 'hung' | 'mute' | 'dead';
  readonly linkCut: boolean;
  readonly daemonUp: boolean;
  /** What the daemon holds. */
  readonly table: Rank;
  readonly drained: boolean;
}

export interface Pair {
  readonly nowMs: number;
  readonly primary: 'up' | 'hung' | 'dead';
  readonly standbyAsksFirst: boolean;
  readonly hosts: readonly [Host, Host];
}

export type Broken = Invariant | PairInvariant;

export interface Next {
  readonly pair: Pair;
  readonly broken: readonly Broken[];
}

/** A pair on which all has been well for a while. */
export function healthyPair(): Pair {
  const host = (index: 0 | 1): Host => ({
    state: initialState(POLICIES[index]!, UNDRAINED, 0),
    relay: 'up',
    linkCut: false,
    daemonUp: true,
    table: index,
    drained: false,
  });
  let pair: Pair = { nowMs: 0, primary: 'up', standbyAsksFirst: false, hosts: [host(0), host(1)] };
  for (let tick = 0; tick < 20; tick += 1) {
    pair = pass(pair).pair;
  }
  return pair;
}

/** Lets a tick go by: both sidecars look around, decide and act. */
export function pass(pair: Pair): Next {
  const nowMs = pair.nowMs + TICK_MS;
  const seen = [live(pair, 0, nowMs), live(pair, 1, nowMs)] as const;
  const [one, other] = talk(seen, pair, nowMs + 2);
  const hosts = [one.host, other.host] as const;
  const views = hosts.map((host) => viewOf(host, pair.primary));
  return {
    pair: { ...pair, nowMs, hosts },
    broken: [...one.broken, ...other.broken, ...brokenAmong(views)],
  };
}

/**
 * The words of this tick, which need the primary and both links; and, where one of the two is in doubt,
 * its question and the answer. The home asks first: who is first matters, and either may be.
 */
function talk(runs: readonly [Run, Run], pair: Pair, atMs: number): readonly [Run, Run] {
  const cut = pair.primary !== 'up' || runs.some(({ host }) => host.linkCut);
  if (cut) {
    return runs;
  }
  const order = pair.standbyAsksFirst ? ([1, 0] as const) : ([0, 1] as const);
  for (const index of order) {
    runs[index].hear(wordOf(runs[1 - index]!, 1 - index, atMs), NODES[1 - index]!, atMs);
  }
  for (const index of order) {
    if (runs[index].asks) {
      const word = wordOf(runs[1 - index]!, 1 - index, atMs + 1);
      runs[index].hear(word, NODES[1 - index]!, atMs + 1, atMs);
    }
  }
  return runs;
}

function wordOf({ host: { state } }: Run, index: number, atMs: number): PeerWord {
  const rank = state.vips['a']?.rank;
  return {
    ...WORD,
    sequence: atMs,
    relay: state.evidence.relay.state,
    well: isWell(state),
    vips: rank === undefined ? [] : [{ name: 'a', rank, of: index === 0 ? undefined : NODES[0] }],
    canaries: {},
    missing: {},
  };
}

function viewOf(host: Host, primary: Pair['primary']): HostView {
  return {
    state: host.state,
    vip: 'a',
    relayLives: host.relay !== 'dead',
    relayAnswers: host.relay === 'up' && primary !== 'hung',
    acts: host.daemonUp,
    announced: host.daemonUp ? host.table : 'withdrawn',
  };
}

function live(pair: Pair, index: 0 | 1, atMs: number): Run {
  const run = new Run(pair.hosts[index], POLICIES[index]!);
  run.tell(speakerEvent(run.host, atMs));
  for (const event of observations(pair, run.host, atMs)) {
    run.tell(event);
  }
  run.tell(speakerEvent(run.host, atMs + 1));
  return run;
}

/** Feeds one sidecar and carries out its effects, until it has nothing more to do. */
class Run {
  host: Host;
  readonly broken: Broken[] = [];
  readonly #policy: Policy;

  constructor(host: Host, policy: Policy) {
    this.host = host;
    this.#policy = policy;
  }

  tell(event: Event): void {
    const before = this.host.state;
    const { state, effects } = step(before, event, this.#policy);
    this.host = { ...this.host, state };
    this.broken.push(...brokenIn({ event, before, after: state, effects }, this.#policy));
    for (const effect of effects) {
      if (effect.kind === 'declare') {
        this.#declare(effect.number, effect.routes[0]?.rank ?? this.host.table, event.atMs);
      } else if (effect.kind === 'read-back') {
        this.tell(this.#answer(effect.number, event.atMs));
      }
    }
  }

  get asks(): boolean {
    return awaitsWord(this.host.state, this.#policy);
  }

  hear(word: PeerWord, node: string, atMs: number, madeAfterMs?: number): void {
    const made = madeAfterMs === undefined ? {} : { madeAfterMs };
    this.tell({ kind: 'peer', atMs, node, word, ...made });
  }

  #declare(number: number, rank: Rank, atMs: number): void {
    if (this.host.daemonUp) {
      this.host = { ...this.host, table: rank };
      this.tell({ kind: 'declared', atMs, number });
    } else {
      this.tell({ kind: 'speaker-failed', atMs, number, detail: 'gone' });
    }
  }

  #answer(number: number, atMs: number): Event {
    const { table, daemonUp } = this.host;
    if (!daemonUp) {
      return { kind: 'speaker-failed', atMs, number, detail: 'gone' };
    }
    const path = { neighbour: 'r', prefix: PREFIX, asPath: [], communities: [], med: undefined };
    const advertisements = table === 'withdrawn' ? [] : [{ ...path, rank: table }];
    return { kind: 'advertised', atMs, number, advertisements };
  }
}

function speakerEvent({ daemonUp, table }: Host, atMs: number): Event {
  return daemonUp
    ? {
        kind: 'speaker',
        daemon: 'up',
        atMs,
        held: table === 'withdrawn' ? [] : [{ prefix: PREFIX, ranks: [table], foreign: false }],
        sessions: [{ neighbour: 'r', state: 'established', bfd: 'up' }],
      }
    : { kind: 'speaker', daemon: 'unreachable', atMs };
}

function observations(pair: Pair, host: Host, atMs: number): readonly Event[] {
  // A hung primary hangs every relay: rtpengine's defaults (the case that must not withdraw all).
  const hung = host.relay === 'hung' || pair.primary === 'hung';
  return [
    ...relayEvents(host, hung, atMs),
    pair.primary === 'up'
      ? { kind: 'redis-primary', atMs, outcome: 'answered', role: 'primary', offsetBytes: 1 }
      : { kind: 'redis-primary', atMs, outcome: 'unanswered', detail: 'mute' },
    {
      kind: 'redis-replica',
      atMs,
      outcome: 'answered',
      link: pair.primary === 'dead' || host.linkCut ? 'down' : 'up',
      offsetBytes: 1,
      databaseSizes: { 1: 1 },
    },
    { kind: 'tick', atMs },
  ];
}

function relayEvents({ relay, state }: Host, hung: boolean, atMs: number): readonly Event[] {
  const { connection } = state.evidence.relay;
  if (relay === 'dead') {
    const ended: Event = { kind: 'relay-connection', atMs, state: 'ended' };
    return [
      ...(connection === 'open' ? [ended] : []),
      { kind: 'relay-connection', atMs, state: 'refused' },
      { kind: 'relay-ping', atMs, outcome: 'refused' },
    ];
  }
  const open: Event = { kind: 'relay-connection', atMs, state: 'open' };
  const opened = connection === 'open' ? [] : [open];
  const mute = hung || relay === 'mute';
  const canary: Event = mute
    ? { kind: 'relay-canary', atMs, outcome: 'missed', lateMs: 0 }
    : { kind: 'relay-canary', atMs, outcome: 'heard', roundTripMs: 1 };
  return hung
    ? [...opened, canary, { kind: 'relay-ping', atMs, outcome: 'missed', lateMs: 0 }]
    : [
        ...opened,
        canary,
        { kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: 1 },
        { kind: 'relay-sessions', atMs, own: 1, foreign: 1, total: 2 },
      ];
}

/** The sidecar is started anew and has seen nothing yet. */
export function restarted(host: Host, index: 0 | 1, nowMs: number): Host {
  const { operator } = host.state.evidence;
  const state = initialState(POLICIES[index]!, operator, nowMs, memoryOf(host.state));
  return { ...host, state };
}
