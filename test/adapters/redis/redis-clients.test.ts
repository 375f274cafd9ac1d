import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import type { Redis } from 'ioredis';

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import type { RedisServer } from '../../../src/config/config.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { pause, waitUntil } from '../../support/wait.js';

function clientsOf(server: RedisServer): RedisClients {
  return new RedisClients({ primary: server, replica: server });
}

async function connected(client: Redis): Promise<Redis> {
  client.connect().catch(() => undefined);
  await waitUntil('the client is ready', () => client.status === 'ready');
  return client;
}

describe('clients of Redis', () => {
  let redis: RedisProgram;
  let client: Redis;

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    client.disconnect();
    await redis.stop();
  });

  it('use the database that they are made for', async () => {
    client = await connected(clientsOf(redis.server).primary({ db: 15 }));
    await client.set('key', 'value');
    assert.match(await redis.send('SELECT 15', 'GET key'), /value/);
  });

  it('never become ready when their database is refused: the key would be in database 0', async () => {
    await redis.send('ACL SETUSER peer on >sesame ~* +@all -select');
    const login = { username: 'peer', password: 'sesame' };
    client = clientsOf({ ...redis.server, ...login }).primary({ db: 15 });
    let writes = 0;
    client.on('ready', () => {
      client.set('key', 'value').then(
        () => (writes += 1),
        () => undefined,
      );
    });
    client.connect().catch(() => undefined);
    await pause(500);
    assert.equal(writes, 0);
    assert.match(await redis.send('EXISTS key'), /:0/);
  });

  it('connect again after the server has been restarted, and log in again', async () => {
    const args = ['--requirepass', 'secret'];
    await redis.stop();
    redis = await startRedis({ port: redis.port, args });
    client = await connected(clientsOf({ ...redis.server, password: 'secret' }).replica());
    await redis.stop();
    redis = await startRedis({ port: redis.port, args });
    await waitUntil('ready again', () => client.status === 'ready');
    assert.equal(await client.ping(), 'PONG');
  });

  it('are closed at once, also while they connect', async () => {
    client = clientsOf(redis.server).primary();
    const attempt = client.connect().catch((error: unknown) => error);
    client.disconnect();
    assert.ok((await attempt) instanceof Error);
    assert.equal(client.status, 'end');
  });
});

describe('clients of a server that takes connections and never answers', () => {
  it('give a login up and try again', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      sockets.push(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = { host: '127.0.0.1', port, username: undefined, password: 'secret' };
    const client = clientsOf(target).primary();
    const troubles: string[] = [];
    client.on('error', (error: Error) => troubles.push(error.message));
    try {
      client.connect().catch(() => undefined);
      await waitUntil('a second attempt', () => sockets.length >= 2);
      assert.deepEqual(troubles, ['no answer to the login within 500 ms']);
    } finally {
      client.disconnect();
      sockets.forEach((socket) => socket.destroy());
      server.close();
    }
  });
});
