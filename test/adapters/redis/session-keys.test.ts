import assert from 'node:assert/strict';

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import { createSessionKeys } from '../../../src/adapters/redis/session-keys.js';
import type { RedisServer } from '../../../src/config/config.js';
import type { SessionKeys } from '../../../src/ports/session-parity.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { waitUntil } from '../../support/wait.js';

const NEVER = new AbortController().signal;

function keysOf(server: RedisServer): SessionKeys {
  return createSessionKeys(new RedisClients({ primary: server, replica: server }));
}

async function walk(keys: SessionKeys, database: number): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const bite = await keys.bite({ database, cursor }, NEVER);
    found.push(...bite.callIds);
    cursor = bite.next;
  } while (cursor !== undefined);
  return found;
}

describe('the keys of the local replica', () => {
  let primary: RedisProgram;
  let replica: RedisProgram;
  let keys: SessionKeys;

  before(async () => {
    primary = await startRedis();
    replica = await startRedis({ replicaOf: primary, args: ['--notify-keyspace-events', 'KEA'] });
    const set = Array.from({ length: 2_500 }, (_, index) => `SET call-${index} x`);
    await primary.send('SELECT 3', ...set);
    await waitUntil('the replica has them', async () =>
      (await replica.send('SELECT 3', 'DBSIZE')).includes(':2500'),
    );
  });
  after(() => Promise.all([primary.stop(), replica.stop()]));

  beforeEach(() => {
    keys = keysOf(replica.server);
  });
  afterEach(() => keys.close());

  it('are walked in bites, each database by itself', async () => {
    assert.equal(new Set(await walk(keys, 3)).size, 2_500);
    assert.deepEqual(await walk(keys, 4), []);
  });

  it('are asked for one by one, and those that are kept are told', async () => {
    assert.deepEqual(await keys.kept(3, ['call-7', 'call-x', 'call-9'], NEVER), [
      'call-7',
      'call-9',
    ]);
    assert.deepEqual(await keys.kept(4, ['call-7'], NEVER), []);
  });

  it('tell whether the replica is in step, and that it cannot be written to', async () => {
    const standing = await keys.standing(NEVER);
    assert.equal(standing.inStep && standing.readOnly, true);
    const ofPrimary = keysOf(primary.server);
    const other = await ofPrimary.standing(NEVER);
    await ofPrimary.close();
    assert.equal(other.inStep || other.readOnly, false);
  });

  it('are told of again to whoever listens on this replica, and how many do', async () => {
    assert.equal(await keys.tellAgain(3, ['call-7'], NEVER), 0);
    const heard = listen(replica);
    await waitUntil('somebody listens', async () => (await keys.tellAgain(3, ['a'], NEVER)) === 1);
    assert.match(await heard, /__keyspace@3__:a\r\n\$3\r\nset/);
  });

  it('write nothing', async () => {
    await keys.tellAgain(3, ['never-there'], NEVER);
    assert.match(await replica.send('SELECT 3', 'EXISTS never-there', 'DBSIZE'), /:0\r\n:2500/);
  });

  it('say which events the replica tells of, and nothing where that is forbidden', async () => {
    assert.equal(await keys.notifiedEvents(NEVER), 'AKE');
    await replica.send('ACL SETUSER shy on >secret ~* &* +@all -config');
    const shy = keysOf({ ...replica.server, username: 'shy', password: 'secret' });
    assert.equal(await shy.notifiedEvents(NEVER), undefined);
    await shy.close();
  });

  it('cannot be read where nobody listens: said within a second', async () => {
    const nowhere = keysOf({ ...replica.server, port: 1 });
    await assert.rejects(nowhere.standing(NEVER), { code: 'keys-unreachable' });
    await nowhere.close();
  });

  it('of a server that hangs are given up in time, and the connection with them', async () => {
    await keys.standing(NEVER);
    await replica.freeze();
    try {
      await assert.rejects(keys.bite({ database: 3, cursor: undefined }, NEVER), {
        code: 'keys-unreachable',
      });
    } finally {
      replica.signal('SIGCONT');
    }
  });

  it('are never read from another database after the connection was lost', async () => {
    await keys.bite({ database: 3, cursor: undefined }, NEVER);
    await replica.send('CLIENT KILL TYPE normal');
    await assert.rejects(keys.bite({ database: 3, cursor: undefined }, NEVER), {
      code: 'keys-unreachable',
    });
  });
});

/** Subscribes as a relay does, and resolves with what it is told. */
async function listen(replica: RedisProgram): Promise<string> {
  const { connect } = await import('node:net');
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: replica.port });
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      if (heard.includes('pmessage')) {
        socket.destroy();
        resolve(heard);
      }
    });
    socket.on('error', reject);
    socket.write('PSUBSCRIBE __keyspace@3__:*\r\n');
  });
}
