import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { Redis } from 'ioredis';

import { RedisClients } from '../../src/adapters/redis/redis-clients.js';
import { waitUntil } from '../support/wait.js';

describe('a reply that nobody asked for', () => {
  let server: Server;
  let client: Redis;
  let sockets: Socket[];
  let answer: string;

  beforeEach(async () => {
    sockets = [];
    answer = '';
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const login = { username: undefined, password: undefined };
    const only = { host: '127.0.0.1', port, ...login };
    client = new RedisClients({ primary: only, replica: only }).primary();
    client.connect().catch(() => undefined);
    await waitUntil('the client is ready', () => client.status === 'ready');
  });

  afterEach(() => {
    client.disconnect();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  // A null of ioredis 6 ends the whole process otherwise, and this test run with it.
  for (const reply of ['$-1', '*-1', ':5', '-ERR no']) {
    it(`ends the connection, not the process, when it is ${reply}`, async () => {
      sockets[0]?.write(`${reply}\r\n`);
      await waitUntil('there is a second connection', () => sockets.length === 2);
      await waitUntil('the client is ready again', () => client.status === 'ready');
    });
  }

  it('is not what answers a question, null or not', async () => {
    answer = '$-1\r\n';
    assert.equal(await client.get('key'), null);
    assert.equal(sockets.length, 1);
  });
});
