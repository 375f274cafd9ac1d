// One host: relay, replica, BGP daemon, and the production sidecar beside them.

import type { OperatorState, Order } from '../../src/domain/evidence.js';
import { NOTHING_REMEMBERED, type Memory } from '../../src/domain/memory.js';
import type { Policy, Remedy } from '../../src/domain/policy.js';
import type { Rank } from '../../src/domain/rank.js';
import type { Advertisement, DesiredRoute, Vip } from '../../src/domain/route.js';
import type { Log } from '../../src/ports/log.js';
import type { Loop, LoopParts, Watcher } from '../../src/runtime/loop.js';
import { UNDRAINED } from '../domain/story.js';
import type { SimDaemon } from './daemon.js';
import { SimExchange, toldOf } from './exchange.js';
import { canaryProbe, connectionProbe, countProbe, pingProbe, sessionStore } from './ports.js';
import type { Random } from './random.js';
import { SimSpeaker } from './speaker.js';
import type { SimRelay } from './relay.js';
import type { SimReplica } from './store.js';
import type { VirtualTime } from './virtual-time.js';

/** Builds the loop of a sidecar: the production one, or one with a planted bug. */
export type CreateLoop = (parts: LoopParts, operator: OperatorState, memory: Memory) => Loop;

export interface HostParts {
  readonly index: number;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly policy: Policy;
  readonly holdsOpen: boolean;
  readonly relay: SimRelay;
  readonly replica: SimReplica;
  readonly daemon: SimDaemon;
  readonly createLoop: CreateLoop;
  readonly peersOf: (host: SimHost) => readonly SimHost[];
  readonly say: (text: string) => void;
  readonly onObeyed: (host: SimHost, route: DesiredRoute) => void;
  readonly onCutOff: (host: SimHost, how: Remedy) => void;
}

export class SimHost {
  readonly index: number;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly policy: Policy;
  readonly relay: SimRelay;
  readonly replica: SimReplica;
  readonly daemon: SimDaemon;
  /** What the living sidecar has last told the daemon, by prefix. */
  readonly commanded = new Map<string, Rank>();
  loop: Loop | undefined;
  exchange: SimExchange | undefined;
  /** When the sidecar that runs now was started. */
  sidecarSinceMs = -Infinity;
  stalledUntilMs = -Infinity;
  starves = 0;
  starvedUntilMs = -Infinity;
  /** Reasons for the whole host to be down. */
  deaths = 0;
  drains = 0;
  drainChangedAtMs = -Infinity;
  freezes = 0;
  freezeChangedAtMs = -Infinity;
  #operator: OperatorState = UNDRAINED;
  #memory: Memory = NOTHING_REMEMBERED;
  #life = new AbortController();
  #waiting: (() => void)[] = [];
  #sequence = 0;
  readonly #parts: HostParts;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.index = parts.index;
    this.time = parts.time;
    this.random = parts.random;
    this.policy = parts.policy;
    this.relay = parts.relay;
    this.replica = parts.replica;
    this.daemon = parts.daemon;
  }

  get name(): string {
    return `relay-${this.index}`;
  }

  /** Those that share an address with this host. */
  peers(): readonly SimHost[] {
    return this.#parts.peersOf(this);
  }

  /** Numbers its words over all its lives. */
  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  get stalled(): boolean {
    return this.time.nowMs < this.stalledUntilMs;
  }

  get home(): Vip {
    return this.policy.vips[0]!;
  }

  /** Runs in the sidecar's process; a stalled one does it when its stall is over. */
  run(work: () => void): void {
    if (this.stalled) {
      this.#waiting.push(work);
    } else {
      this.time.within(this, work);
    }
  }

  deliver(ended: AbortSignal, work: (nowMs: number) => void): void {
    this.run(() => {
      if (!ended.aborted) {
        work(this.time.nowMs);
      }
    });
  }

  /** Ends a promise of a port. */
  settle(ended: AbortSignal, work: () => void): void {
    this.deliver(ended, () => {
      this.time.unsettle();
      work();
    });
  }

  stall(forMs: number): void {
    this.stalledUntilMs = Math.max(this.stalledUntilMs, this.time.nowMs + forMs);
    this.time.after(forMs, () => {
      if (!this.stalled) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const work of waiting) {
          this.run(work);
        }
      }
    });
  }

  startSidecar(): void {
    if (this.loop !== undefined || this.deaths > 0) {
      return;
    }
    this.#life = new AbortController();
    const life = { host: this, ended: this.#life.signal };
    const exchange = (this.exchange = new SimExchange(life));
    const held = this.#parts.holdsOpen ? [connectionProbe(life)] : [];
    const loop = this.#parts.createLoop(
      {
        policy: this.policy,
        speaker: new SimSpeaker(life),
        probes: [...held, pingProbe(life), canaryProbe(life), countProbe(life)],
        store: sessionStore(life),
        peers: exchange,
        record: {
          load: () => Promise.resolve(this.#operator),
          save: (operator) => {
            this.#operator = operator;
            return Promise.resolve();
          },
          recall: () => Promise.resolve(this.#memory),
          remember: (memory) => {
            this.#memory = memory;
            return Promise.resolve();
          },
        },
        clock: { nowMs: () => this.time.nowMs },
        log: this.#log(),
        stopper: {
          stop: () => {
            this.cutOff('stop-command');
            this.daemon.replace();
            return Promise.resolve();
          },
        },
      },
      this.#operator,
      this.#memory,
    );
    this.loop = loop;
    this.sidecarSinceMs = this.time.nowMs;
    this.commanded.clear();
    const told = toldOf(this, loop);
    const peers = {
      watch: (...[listener, signal]: Parameters<Watcher['watch']>) =>
        exchange.watch(told, listener, signal),
    };
    this.run(() => loop.start([peers]));
  }

  /** SIGKILL: nothing is said and nothing is tidied up. */
  killSidecar(): void {
    const { loop } = this;
    this.loop = undefined;
    this.#life.abort();
    this.#waiting = [];
    void loop?.stop();
  }

  /** A person's order: calls are to go elsewhere, or may come back. */
  drain(drained: boolean): void {
    this.drainChangedAtMs = this.time.nowMs;
    const released = { drained: undefined, releasedAtMs: this.time.nowMs };
    this.#order(drained ? { drained: this.#newOrder() } : released);
  }

  /** A person's order: nothing moves by itself but the dead. */
  freeze(frozen: boolean): void {
    this.freezeChangedAtMs = this.time.nowMs;
    this.#order({ frozen: frozen ? { ...this.#newOrder(), evenDead: false } : undefined });
  }

  /**
   * The daemon carries out a declaration. One that it finds unread after a hang was right in its
   * time, and the next one is right behind it: nobody judges it now.
   */
  obey(desired: readonly DesiredRoute[], judged: 'now' | 'too-late' = 'now'): void {
    for (const route of desired) {
      const path = this.daemon.table.get(route.prefix);
      if (judged === 'now') {
        this.#parts.onObeyed(this, route);
      }
      this.commanded.set(route.prefix, route.rank);
      const rank = route.rank === 'withdrawn' ? undefined : route.rank;
      if (path?.rank !== rank || path?.foreign === true) {
        this.daemon.set(route.prefix, rank === undefined ? undefined : { rank, foreign: false });
      }
    }
  }

  /** The sidecar takes more from its neighbours than its own routes. */
  cutOff(how: Remedy): void {
    this.#parts.say(`${this.name}: CUT OFF by ${how}`);
    this.#parts.onCutOff(this, how);
  }

  advertised(): readonly Advertisement[] {
    if (!this.daemon.established) {
      return [];
    }
    return [...this.daemon.table].map(([prefix, { rank, foreign }]) => ({
      neighbour: 'router',
      prefix,
      rank: foreign ? undefined : rank,
      asPath: [],
      communities: [],
      med: undefined,
    }));
  }

  sessionsOf(kind: 'home' | 'standby'): number {
    return this.policy.vips
      .filter((vip) => vip.role.kind === kind)
      .reduce((sum, { name }) => sum + (this.relay.sessions.get(name) ?? 0), 0);
  }

  readonly databaseSizes = (): Readonly<Record<number, number>> =>
    Object.fromEntries(
      this.policy.vips.map(({ name, database }) => [database, this.replica.sizes.get(name) ?? 0]),
    ) as Record<number, number>;

  /** Changes when a look at Redis would show something new. */
  storeShape(): string {
    const { linkUp, silences, reachesPrimary, primaryLife } = this.replica;
    const sizes = this.policy.vips.map(({ name }) => this.replica.sizes.get(name));
    return [linkUp, silences > 0, reachesPrimary, primaryLife, ...sizes].join();
  }

  /** The relay takes over what its replica knows. */
  restoreSessions(): void {
    if (this.relay.serving && this.replica.silences === 0) {
      for (const { name } of this.policy.vips) {
        this.relay.sessions.set(name, this.replica.sizes.get(name) ?? 0);
      }
    }
  }

  #newOrder(): Order {
    return { by: 'ann', why: 'kernel', atMs: this.time.nowMs, untilMs: undefined };
  }

  /** As the desk carries it out: kept on disk, then told to the core. */
  #order(change: Partial<OperatorState>): void {
    this.#operator = { ...this.#operator, ...change };
    const operator = this.#operator;
    this.deliver(this.#life.signal, (atMs) => {
      this.loop?.observe({ kind: 'operator', atMs, operator });
    });
  }

  #log(): Log {
    const write = (fields: object, message: string): void => {
      if (!('event' in fields) || fields.event !== 'speaker-failed') {
        this.#parts.say(`${this.name}: ${message}`);
      }
    };
    return { info: write, warn: write, error: write };
  }
}
