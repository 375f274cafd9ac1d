// Looks at the local replica ten times a second and at the primary five times, without ever writing.
// The two have nothing in common but this file: a server that hangs delays its own looks only.

import type { Redis } from 'ioredis';

import { SilenceTimer } from '../../async/silence-timer.js';
import { tickEvery } from '../../async/tick.js';
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
}

const REPLICA_INTERVAL_MS = 100;
/** The primary's word is only needed while a link is down, and has to be newer than that. */
const PRIMARY_INTERVAL_MS = 200;
const DEADLINE_MS = 100;
/** After so many looks without an answer in time the connection itself may be what is dead. */
const SILENT_LOOKS_MAX = 10;
const SILENCE = `no answer within ${DEADLINE_MS} ms`;

export function createRedisStore({
  clients,
  databases,
  clock,
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
        listener(seen);
      };
      await Promise.all([
        clients.follow(signal),
        new ServerWatch(clients.primary(), primaryLook(clock), ofPrimary).run(signal),
        new ServerWatch(clients.replica(), replicaLook(databases, clock), ofReplica).run(signal),
      ]);
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
  readonly intervalMs: number;
  readonly sections: readonly string[];
  /** May throw an Error that says what is wrong with the answer. */
  answered(info: InfoFields): Observation;
  unanswered(detail: string): Observation;
}

function primaryLook(clock: Clock): Look<PrimaryObservation> {
  const kind = 'redis-primary';
  return {
    intervalMs: PRIMARY_INTERVAL_MS,
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
    intervalMs: REPLICA_INTERVAL_MS,
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

class ServerWatch<Observation> {
  readonly #connection: ServerConnection;
  readonly #look: Look<Observation>;
  readonly #listener: (observation: Observation) => void;
  /** A hung server has one look at most in its queue: its answer, however late, is the next one. */
  #underWay = false;
  #silentLooks = 0;

  constructor(client: Redis, look: Look<Observation>, listener: (seen: Observation) => void) {
    this.#connection = new ServerConnection(client);
    this.#look = look;
    this.#listener = listener;
  }

  async run(signal: AbortSignal): Promise<void> {
    // A look that the end of the watch cut short has nothing to say.
    const report = (seen: Observation): void => {
      if (!signal.aborted) {
        this.#listener(seen);
      }
    };
    const silence = new SilenceTimer(DEADLINE_MS, () => {
      report(this.#look.unanswered(this.#connection.trouble ?? SILENCE));
      this.#noteSilence();
      silence.asked();
    });
    this.#connection.open();
    await tickEvery(this.#look.intervalMs, () => this.#ask(silence, report), signal);
    silence.stop();
    await this.#connection.close();
  }

  #ask(silence: SilenceTimer, report: (seen: Observation) => void): void {
    if (this.#underWay) {
      return;
    }
    this.#underWay = true;
    silence.asked();
    void lookOnce(this.#connection, this.#look).then((seen) => {
      this.#underWay = false;
      this.#silentLooks = 0;
      silence.answered();
      report(seen);
    });
  }

  #noteSilence(): void {
    this.#silentLooks += 1;
    if (this.#silentLooks === SILENT_LOOKS_MAX) {
      this.#silentLooks = 0;
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
