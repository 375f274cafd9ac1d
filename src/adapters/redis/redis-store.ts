// Looks at the local replica five times a second and at the primary once, and at both ten times while
// anything is amiss with either, without ever writing. A server that hangs delays its own looks only.

import type { Redis } from 'ioredis';

import { tickEvery, type Tick } from '../../async/tick.js';
import type {
  PrimaryObservation,
  ReplicaObservation,
  StoreObservation,
} from '../../domain/evidence.js';
import type { Clock } from '../../ports/clock.js';
import type { SessionStore, StoreWitness } from '../../ports/session-store.js';
import { detailOfError } from '../detail.js';
import { databaseSizes, primaryState, replicaState, type InfoFields } from './info.js';
import type { RedisClients } from './redis-clients.js';
import { ServerConnection } from './server-connection.js';

export interface RedisStoreOptions {
  readonly clients: RedisClients;
  /** The databases that hold the relays' sessions. */
  readonly databases: readonly number[];
  readonly clock: Clock;
  /** Without it the primary is looked at as often as the replica. */
  readonly way?: WayWitness | undefined;
}

/** The beat, which goes through the primary to the local replica (beat.ts). */
export interface WayWitness {
  /** What is published on the primary comes out at the local replica at once. */
  isWayProven(): boolean;
  /** For how long the primary has owed the answer to a beat; 0 when it owes none. */
  primaryOwesMs(): number;
}

const TICK_MS = 100;
/** While all is well with both servers. */
const CALM_EVERY_TICKS = 2;
/** The primary, while a beat tells five times a second that it answers. */
const PROVEN_EVERY_TICKS = 10;
const DEADLINE_MS = TICK_MS;
/** Ticks come on whole milliseconds; the deadline of a look may fall right behind one. */
const TICK_SLACK_MS = 3;
/** After so many ticks without an answer in time the connection itself may be what is dead. */
const SILENT_TICKS_MAX = 10;
const SILENCE = `no answer within ${DEADLINE_MS} ms`;

export function createRedisStore({
  clients,
  databases,
  clock,
  way,
}: RedisStoreOptions): SessionStore & StoreWitness {
  const trouble: { primary: string | null; replica: string | null } = {
    primary: null,
    replica: null,
  };
  return {
    async watch(listener: (observation: StoreObservation) => void, signal: AbortSignal) {
      const ofPrimary = (seen: PrimaryObservation): void => {
        trouble.primary = troubleOfPrimary(seen);
        if (trouble.primary !== null) {
          clients.doubtPrimary();
        }
        listener(seen);
      };
      const ofReplica = (seen: ReplicaObservation): void => {
        trouble.replica = seen.outcome === 'answered' ? null : seen.detail;
        isReplicaWell = seen.outcome === 'answered' && seen.link === 'up';
        listener(seen);
      };
      let isReplicaWell = false;
      const calmTicks = (): number =>
        trouble.primary === null && isReplicaWell ? CALM_EVERY_TICKS : 1;
      const primaryTicks = (): number =>
        calmTicks() > 1 && way?.isWayProven() === true ? PROVEN_EVERY_TICKS : calmTicks();
      const primary = new ServerWatch({
        client: clients.primary(),
        look: primaryLook(clock),
        listener: ofPrimary,
        everyTicks: primaryTicks,
        owesMs: () => way?.primaryOwesMs() ?? 0,
        signal,
      });
      const replica = new ServerWatch({
        client: clients.replica(),
        look: replicaLook(databases, clock),
        listener: ofReplica,
        everyTicks: calmTicks,
        signal,
      });
      await Promise.all([clients.follow(signal), primary.run(), replica.run()]);
    },
    view: () => ({
      primary: { at: clients.primaryAt ?? null, trouble: trouble.primary },
      replica: { at: clients.replicaAt, trouble: trouble.replica },
      sentinels: clients.sentinels,
    }),
  };
}

const NO_PRIMARY = 'it is a replica, so that nothing can be written to it';

function troubleOfPrimary(seen: PrimaryObservation): string | null {
  if (seen.outcome === 'unanswered') {
    return seen.detail;
  }
  return seen.role === 'replica' ? NO_PRIMARY : null;
}

interface Look<Observation> {
  readonly sections: readonly string[];
  /** May throw an Error that says what is wrong with the answer. */
  answered(info: InfoFields): Observation;
  unanswered(detail: string): Observation;
}

function primaryLook(clock: Clock): Look<PrimaryObservation> {
  const kind = 'redis-primary';
  return {
    sections: ['replication'],
    answered: (info) => {
      const { role, offsetBytes } = primaryState(info);
      return { kind, atMs: clock.nowMs(), outcome: 'answered', role, offsetBytes };
    },
    unanswered: (detail) => ({ kind, atMs: clock.nowMs(), outcome: 'unanswered', detail }),
  };
}

function replicaLook(databases: readonly number[], clock: Clock): Look<ReplicaObservation> {
  const kind = 'redis-replica';
  return {
    sections: ['replication', 'keyspace'],
    answered: (info) => {
      const { link, offsetBytes } = replicaState(info);
      return {
        kind,
        atMs: clock.nowMs(),
        outcome: 'answered',
        link,
        offsetBytes,
        databaseSizes: databaseSizes(info, databases),
      };
    },
    unanswered: (detail) => ({ kind, atMs: clock.nowMs(), outcome: 'unanswered', detail }),
  };
}

interface ServerWatchOptions<Observation> {
  readonly client: Redis;
  readonly look: Look<Observation>;
  readonly listener: (seen: Observation) => void;
  /** So many ticks lie between two looks. */
  readonly everyTicks: () => number;
  /** For how long the server has owed an answer to somebody else; none for one that nobody else asks. */
  readonly owesMs?: () => number;
  readonly signal: AbortSignal;
}

/** Needs no timer beside its ticks: waking up is most of what a look costs. */
class ServerWatch<Observation> {
  readonly #connection: ServerConnection;
  readonly #options: ServerWatchOptions<Observation>;
  /** A hung server has one look at most in its queue: its answer, however late, is the next one. */
  #underWay: { readonly sinceMs: number } | undefined;
  /** When the last look ended, be it with an answer or with a failure that was told. */
  #endedAtMs = -Infinity;
  #silentTicks = 0;

  constructor(options: ServerWatchOptions<Observation>) {
    this.#connection = new ServerConnection(options.client);
    this.#options = options;
  }

  async run(): Promise<void> {
    this.#connection.open();
    await tickEvery(TICK_MS, (_lateMs, tick) => this.#tick(tick), this.#options.signal);
    await this.#connection.close();
  }

  #tick(tick: Tick): void {
    const underWay = this.#underWay;
    const sinceMs = underWay?.sinceMs ?? Infinity;
    if (underWay === undefined && (this.#owes() || tick.isOneIn(this.#options.everyTicks()))) {
      this.#ask();
    }
    if (this.#owes() || performance.now() - sinceMs >= DEADLINE_MS - TICK_SLACK_MS) {
      // Node runs timers before it reads sockets: the answer may be there and not yet delivered.
      setImmediate(() => {
        if (this.#owes() || (underWay !== undefined && this.#underWay === underWay)) {
          this.#noteSilence();
        }
      });
    }
  }

  /**
   * It has left somebody else without an answer for as long as a look may take, and no look has
   * ended since then: a connection of theirs alone that is dead says nothing of the server.
   */
  #owes(): boolean {
    const owesMs = this.#options.owesMs?.() ?? 0;
    const sinceEndMs = performance.now() - this.#endedAtMs;
    return owesMs >= DEADLINE_MS - TICK_SLACK_MS && sinceEndMs >= owesMs;
  }

  #ask(): void {
    this.#underWay = { sinceMs: performance.now() };
    void lookOnce(this.#connection, this.#options.look).then((seen) => {
      this.#underWay = undefined;
      this.#endedAtMs = performance.now();
      this.#silentTicks = 0;
      this.#report(seen);
    });
  }

  /** A look that the end of the watch cut short has nothing to say. */
  #report(seen: Observation): void {
    if (!this.#options.signal.aborted) {
      this.#options.listener(seen);
    }
  }

  #noteSilence(): void {
    this.#report(this.#options.look.unanswered(this.#connection.trouble ?? SILENCE));
    this.#silentTicks += 1;
    if (this.#silentTicks % SILENT_TICKS_MAX === 0) {
      this.#connection.renew();
    }
  }
}

/** Never rejects: a failure is an observation, too. */
async function lookOnce<Observation>(
  connection: ServerConnection,
  look: Look<Observation>,
): Promise<Observation> {
  try {
    return look.answered(await connection.info(look.sections));
  } catch (error) {
    return look.unanswered(detailOfError(error));
  }
}
