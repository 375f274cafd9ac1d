import assert from 'node:assert/strict';

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import { createRedisStore } from '../../../src/adapters/redis/redis-store.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { StoreObservation } from '../../../src/domain/evidence.js';
import { Observer } from '../../support/observer.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { pause } from '../../support/wait.js';

const STRETCH_MS = 1_500;

describe('the pace of the session store, with Redis', () => {
  let primary: RedisProgram;
  let replica: RedisProgram;
  let observer: Observer<StoreObservation>;

  beforeEach(async () => {
    primary = await startRedis();
    replica = await startRedis({ replicaOf: primary });
    const clients = new RedisClients({ primary: primary.server, replica: replica.server });
    const store = createRedisStore({ clients, databases: [1, 2], clock });
    observer = new Observer<StoreObservation>().start(store);
    await observer.next('the link up', isLink('up'));
  });
  afterEach(async () => {
    await observer.stop();
    await Promise.all([primary.stop(), replica.stop()]);
  });

  /** Looks at the replica and at the primary. */
  async function looks(): Promise<readonly number[]> {
    const from = observer.seen.length;
    await pause(STRETCH_MS);
    const seen = observer.seen.slice(from);
    const ofReplica = seen.filter(({ kind }) => kind === 'redis-replica').length;
    return [ofReplica, seen.length - ofReplica];
  }

  it('is five looks a second at each server while all is well', async () => {
    const found = await looks();
    assert.ok(
      found.every((each) => each >= 5 && each <= 9),
      found.join(' '),
    );
  });

  it('is ten looks a second at both while one has something amiss, and five again after it', async () => {
    await replica.send('REPLICAOF NO ONE');
    await observer.next('no replica', isLink('primary'), observer.seen.length);
    const amiss = await looks();
    assert.ok(
      amiss.every((each) => each >= 11),
      amiss.join(' '),
    );
    await replica.send(`REPLICAOF 127.0.0.1 ${primary.port}`);
    await observer.next('the link up', isLink('up'), observer.seen.length);
    const well = await looks();
    assert.ok(
      well.every((each) => each <= 9),
      well.join(' '),
    );
  });
});

function isLink(link: string): (seen: StoreObservation) => boolean {
  return (seen) =>
    seen.kind === 'redis-replica' && seen.outcome === 'answered' && seen.link === link;
}
