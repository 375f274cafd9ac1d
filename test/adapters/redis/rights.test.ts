import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import { createRedisStore } from '../../../src/adapters/redis/redis-store.js';
import { createSessionKeys } from '../../../src/adapters/redis/session-keys.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { StoreObservation } from '../../../src/domain/evidence.js';
import { Observer } from '../../support/observer.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { waitUntil } from '../../support/wait.js';
import { Talker } from './talker.js';

const [ON_PRIMARY = '', ON_REPLICA = ''] =
  readFileSync('docs/redis.md', 'utf8').match(/^ACL SETUSER .*$/gm) ?? [];
const LOGIN = { username: 'holdline', password: 'sesame' };

describe('exactly the rights that docs/redis.md grants', () => {
  let primary: RedisProgram;
  let replica: RedisProgram;

  before(async () => {
    primary = await startRedis();
    replica = await startRedis({ replicaOf: primary });
    await waitUntil('the replica is in step', async () =>
      (await replica.send('INFO replication')).includes('master_link_status:up'),
    );
    for (const [server, line] of [
      [primary, ON_PRIMARY],
      [replica, ON_REPLICA],
    ] as const) {
      const granted = await server.send(line.replace('>PASSWORD', `>${LOGIN.password}`));
      assert.match(granted, /^\+OK/);
    }
  });
  after(() => Promise.all([primary.stop(), replica.stop()]));

  function servers() {
    return { primary: { ...primary.server, ...LOGIN }, replica: { ...replica.server, ...LOGIN } };
  }

  it('are enough to look at both servers', async () => {
    const clients = new RedisClients(servers());
    const store = createRedisStore({ clients, databases: [1], clock });
    const observer = new Observer<StoreObservation>().start(store);
    try {
      for (const kind of ['redis-primary', 'redis-replica'] as const) {
        await observer.next(kind, (seen) => seen.kind === kind && seen.outcome === 'answered');
      }
    } finally {
      await observer.stop();
    }
  });

  it('are enough to beat, and to exchange words', async () => {
    const home = new Talker('relay-a', [], servers());
    const standby = new Talker('relay-b', ['relay-a'], servers());
    try {
      await home.next('seen');
      await Promise.all([standby.heard('relay-a'), home.heard('relay-b')]);
      assert.deepEqual([...home.troubles, ...standby.troubles], []);
    } finally {
      await Promise.all([home.observer.stop(), standby.observer.stop()]);
    }
  });

  it('are enough to compare sessions and to tell of those that are missing', async () => {
    const { signal } = new AbortController();
    await primary.send('SELECT 1', 'SET some-call x');
    await waitUntil('the key has come', async () =>
      (await replica.send('SELECT 1', 'EXISTS some-call')).includes(':1'),
    );
    const keys = createSessionKeys(new RedisClients(servers()));
    try {
      assert.equal((await keys.standing(signal)).inStep, true);
      const { callIds } = await keys.bite({ database: 1, cursor: undefined }, signal);
      assert.deepEqual(callIds, ['some-call']);
      assert.deepEqual(await keys.kept(1, ['some-call', 'other'], signal), ['some-call']);
      await keys.tellAgain(1, ['some-call'], signal);
      assert.equal(await keys.notifiedEvents(signal), '');
    } finally {
      await keys.close();
    }
  });

  it('let nobody write or delete a session, and nobody list or flush', async () => {
    const login = `AUTH ${LOGIN.username} ${LOGIN.password}`;
    for (const command of [
      'SET some-call y',
      'DEL some-call',
      'FLUSHALL',
      'KEYS *',
      'CONFIG SET a b',
    ]) {
      for (const server of [primary, replica]) {
        assert.match(await server.send(login, 'SELECT 1', command), /-NOPERM/, command);
      }
    }
  });
});
