// Sidecars as far as the exchange of words knows them, on a primary and a replica of their own.

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import { createRedisPeers } from '../../../src/adapters/redis/redis-peers.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { RedisConfig } from '../../../src/config/config.js';
import type { BeatObservation, PeerObservation } from '../../../src/domain/evidence.js';
import type { Vip } from '../../../src/domain/route.js';
import type { OwnWord, PeerExchange } from '../../../src/ports/peer-exchange.js';
import { Observer } from '../../support/observer.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { sampleWord } from '../../support/sample-word.js';
import { waitUntil } from '../../support/wait.js';

export type Observation = BeatObservation | PeerObservation;

type Servers = Pick<RedisConfig, 'primary' | 'replica'>;

/** A sidecar as far as the exchange knows one; `word` and `curious` are the test's to change. */
export class Talker {
  readonly observer = new Observer<Observation>();
  readonly troubles: string[] = [];
  readonly exchange: PeerExchange;
  word: OwnWord;
  curious = false;

  constructor(node: string, homes: readonly string[], servers: Servers) {
    this.word = sampleWord({
      vips: [
        { name: `vip-${node}`, rank: 0, of: undefined },
        ...homes.map((of) => ({ name: `vip-${of}`, rank: 1, of })),
      ],
    });
    this.exchange = createRedisPeers({
      clients: new RedisClients(servers),
      database: 15,
      node,
      vips: [
        vipOf(node),
        ...homes.map((of) => vipOf(of, { kind: 'standby', of, order: 1, standbys: 1 })),
      ],
      clock,
      onTrouble: (detail) => this.troubles.push(detail),
    });
    const host = { word: (): OwnWord => this.word, curious: (): boolean => this.curious };
    this.observer.start({
      watch: (listener, signal) => this.exchange.watch(host, listener, signal),
    });
  }

  beats(outcome: BeatObservation['outcome'], from = 0): readonly BeatObservation[] {
    return this.observer.seen
      .slice(from)
      .filter((seen) => seen.kind === 'redis-beat')
      .filter((seen) => seen.outcome === outcome);
  }

  words(node: string, from = 0): readonly PeerObservation[] {
    return this.observer.seen
      .slice(from)
      .filter((seen) => seen.kind === 'peer')
      .filter((seen) => seen.node === node);
  }

  next(outcome: BeatObservation['outcome'], from = 0): Promise<Observation> {
    return this.observer.next(
      outcome,
      (seen) => seen.kind === 'redis-beat' && seen.outcome === outcome,
      from,
    );
  }

  heard(node: string, from = 0): Promise<Observation> {
    return this.observer.next(
      `a word of ${node}`,
      (seen) => seen.kind === 'peer' && seen.node === node,
      from,
    );
  }
}

/** Prefixes are no matter here. */
function vipOf(home: string, role: Vip['role'] = { kind: 'home', standbys: 1 }): Vip {
  return { name: `vip-${home}`, prefixes: [], role };
}

export interface Door {
  /** Where the replica is to be found, if not where it is. */
  readonly replicaPort?: number;
  readonly login?: { readonly username: string; readonly password: string };
}

/** Both servers, and everybody who talks over them. */
export class Bench {
  primary!: RedisProgram;
  replica!: RedisProgram;
  #talkers: Talker[] = [];

  async start(): Promise<void> {
    this.#talkers = [];
    this.primary = await startRedis();
    this.replica = await startRedis({ replicaOf: this.primary });
    await waitUntil('the replica is up', async () =>
      (await this.replica.send('INFO replication')).includes('master_link_status:up'),
    );
  }

  talk(node: string, homes: readonly string[] = [], { replicaPort, login }: Door = {}): Talker {
    const primary = { ...this.primary.server, ...login };
    const replica = { ...this.replica.server, ...login };
    const servers = { primary, replica: { ...replica, port: replicaPort ?? replica.port } };
    const talker = new Talker(node, homes, servers);
    this.#talkers.push(talker);
    return talker;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#talkers.map(({ observer }) => observer.stop()));
    await Promise.all([this.primary.stop(), this.replica.stop()]);
  }
}
