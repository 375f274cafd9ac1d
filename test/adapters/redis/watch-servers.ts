import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import { createRedisStore, type WayWitness } from '../../../src/adapters/redis/redis-store.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { RedisServer } from '../../../src/config/config.js';
import type { StoreObservation } from '../../../src/domain/evidence.js';
import { Observer } from '../../support/observer.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';

type Wanted = Record<string, unknown>;

export function saw(
  kind: StoreObservation['kind'],
  wanted: Wanted,
): (seen: StoreObservation) => boolean {
  return (seen) =>
    seen.kind === kind &&
    Object.entries(wanted).every(([key, value]) => (seen as unknown as Wanted)[key] === value);
}

export function watchServers(
  primary: RedisServer,
  replica: RedisServer,
  way?: WayWitness,
): Observer<StoreObservation> {
  const clients = new RedisClients({ primary, replica });
  return new Observer<StoreObservation>().start(
    createRedisStore({ clients, databases: [1, 2], clock, way }),
  );
}

/** A primary and its replica, the link between them seen to be up. */
export class WatchedPair {
  primary!: RedisProgram;
  replica!: RedisProgram;
  observer!: Observer<StoreObservation>;
  /** What a beat would tell. */
  way: { proven: boolean; owesSinceMs?: number } = { proven: false };

  async start(): Promise<void> {
    this.primary = await startRedis();
    this.replica = await startRedis({ replicaOf: this.primary });
    const { primary, replica } = this;
    this.way = { proven: false };
    this.observer = watchServers(primary.server, replica.server, {
      isWayProven: () => this.way.proven,
      primaryOwesMs: () => clock.nowMs() - (this.way.owesSinceMs ?? clock.nowMs()),
    });
    await this.observer.next('link up', saw('redis-replica', { link: 'up' }));
  }

  async stop(): Promise<void> {
    await this.observer.stop();
    await Promise.all([this.primary.stop(), this.replica.stop()]);
  }
}
