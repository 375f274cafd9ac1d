import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import type { Redis } from 'ioredis';

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import type { RedisServer, RedisTls } from '../../../src/config/config.js';
import { createAuthority, type Authority, type Certificate } from '../../support/certificates.js';
import { freePort } from '../../support/free-port.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { temporaryDirectory, within } from '../../support/temporary-directory.js';
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

describe('clients of Redis over TLS', () => {
  const directory = temporaryDirectory();
  let authority: Authority;
  let server: Certificate;
  let redis: RedisProgram;
  let client: Redis;
  let address: RedisServer;

  before(async () => {
    authority = createAuthority(directory.path);
    server = authority.issue('redis', 'IP:127.0.0.1');
    const port = await freePort();
    redis = await startRedis({
      args: [
        ...['--tls-port', String(port), '--tls-ca-cert-file', authority.caPath],
        ...['--tls-cert-file', server.certPath, '--tls-key-file', server.keyPath],
      ],
    });
    address = { host: '127.0.0.1', port, username: undefined, password: undefined };
  });
  afterEach(() => client.disconnect());
  after(async () => {
    await redis.stop();
    directory.remove();
  });

  it('show a certificate of their own to a server that asks for one', async () => {
    const { certPath, keyPath } = authority.issue('holdline', 'DNS:holdline');
    const tls = { caPath: authority.caPath, certPath, keyPath };
    client = await connected(clientsOf({ ...address, tls }).primary());
    assert.equal(await client.ping(), 'PONG');
  });

  for (const [given, tlsOf, says] of [
    [
      'they have no certificate',
      (): RedisTls => ({ caPath: authority.caPath }),
      /certificate required|ECONNRESET|EPIPE|closed/,
    ],
    [
      'another authority signed the server',
      (): RedisTls => ({ caPath: createAuthority(directory.path, 'other').caPath }),
      /unable to verify|self-signed|unable to get local issuer/,
    ],
    [
      "the server's certificate bears another name",
      (): RedisTls => ({ caPath: authority.caPath, serverName: 'redis.example' }),
      /does not match certificate/,
    ],
    [
      'the file with the authority is missing',
      (): RedisTls => ({ caPath: '/nonexistent/ca.crt' }),
      /ENOENT.*ca\.crt/,
    ],
    [
      'the key is no key',
      (): RedisTls => ({ ...server, keyPath: server.certPath }),
      /PEM|key|unsupported/i,
    ],
  ] as const) {
    it(`say what is wrong when ${given}, and try again`, async () => {
      client = clientsOf({ ...address, tls: tlsOf() }).primary();
      const troubles: string[] = [];
      client.on('error', (error: Error) => troubles.push(error.message));
      client.connect().catch(() => undefined);
      await waitUntil('two attempts', () => troubles.length >= 2);
      assert.match(troubles[0] ?? '', says);
      assert.notEqual(client.status, 'ready');
    });
  }
});

describe('clients of Redis on other roads', () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it('connect over a Unix socket', async () => {
    const path = within(directory, 'redis.sock');
    const redis = await startRedis({ args: ['--unixsocket', path] });
    const server = { host: path, port: 0, path, username: undefined, password: undefined };
    const client = await connected(clientsOf(server).replica());
    try {
      assert.equal(await client.ping(), 'PONG');
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });

  it('connect over IPv6', async () => {
    const redis = await startRedis({ args: ['--bind', '127.0.0.1', '::1'] });
    const client = await connected(clientsOf({ ...redis.server, host: '::1' }).replica());
    try {
      assert.equal(await client.ping(), 'PONG');
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });
});
