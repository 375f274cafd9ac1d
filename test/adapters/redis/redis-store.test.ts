import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { StoreObservation } from '../../../src/domain/evidence.js';
import { Observer } from '../../support/observer.js';
import { startRedis, type RedisProgram } from '../../support/redis.js';
import { pause } from '../../support/wait.js';
import { saw, WatchedPair, watchServers } from './watch-servers.js';

describe('the session store, with Redis', () => {
  const pair = new WatchedPair();
  let { primary, replica, observer } = pair;

  beforeEach(async () => {
    await pair.start();
    ({ primary, replica, observer } = pair);
  });
  afterEach(() => pair.stop());

  it('sees the same offset on both sides grow, and counts the keys of its databases', async () => {
    const before = observer.seen.findLast(saw('redis-primary', { outcome: 'answered' }));
    await primary.send('SELECT 1', 'SET a 1', 'SET b 1', 'SELECT 3', 'SET c 1');
    const grown = await observer.next(
      'three keys, two of them in a database that counts',
      (seen) =>
        seen.kind === 'redis-replica' && seen.outcome === 'answered' && seen.databaseSizes[1] === 2,
    );
    assert.ok(grown.kind === 'redis-replica' && grown.outcome === 'answered');
    assert.deepEqual(grown.databaseSizes, { 1: 2, 2: 0 });
    const { offsetBytes } = grown;
    assert.ok(before?.outcome === 'answered' && offsetBytes > before.offsetBytes);
    await observer.next('same', saw('redis-primary', { role: 'primary', offsetBytes }));
  });

  it('sees the link down when the primary is killed, and up when it is back', async () => {
    const from = observer.seen.length;
    await primary.stop();
    await observer.next('down', saw('redis-replica', { link: 'down', offsetBytes: -1 }), from);
    const { detail } = (await observer.next(
      'refused',
      (seen) => seen.outcome === 'unanswered' && seen.detail.startsWith('connect ECONNREFUSED'),
      from,
    )) as { detail: string };
    assert.match(detail, /ECONNREFUSED 127\.0\.0\.1/);
    pair.primary = await startRedis({ port: primary.port });
    const back = observer.seen.length;
    await observer.next('answers', saw('redis-primary', { outcome: 'answered' }), back);
    await observer.next('up', saw('redis-replica', { link: 'up' }), back);
  });

  it('notices a primary that was gone for less than the time between two looks', async () => {
    for (let round = 0; round < 5; round += 1) {
      const from = observer.seen.length;
      await primary.send('CLIENT KILL TYPE normal SKIPME yes');
      await observer.next('gone', saw('redis-primary', { outcome: 'unanswered' }), from);
      const back = observer.seen.length;
      await observer.next('answers', saw('redis-primary', { outcome: 'answered' }), back);
    }
  });

  it('gets no answer from a primary that hangs, while the replica goes on answering', async () => {
    await primary.freeze();
    const frozenAtMs = clock.nowMs();
    const from = observer.seen.length;
    await pause(1_500);
    const seen = observer.seen.slice(from);
    const replies = seen.filter(saw('redis-replica', { outcome: 'answered', link: 'up' }));
    const silences = seen.filter(saw('redis-primary', { outcome: 'unanswered' }));
    assert.ok(replies.length >= 8, `replies: ${replies.length}`);
    assert.ok(silences.length >= 8, `silences: ${silences.length}`);
    assert.ok(silences[0]!.atMs - frozenAtMs < 1_000);
    const back = observer.seen.length;
    primary.signal('SIGCONT');
    await observer.next('answers', saw('redis-primary', { outcome: 'answered' }), back);
  });

  it('tells the roles apart when primary and replica are swapped', async () => {
    const swapped = watchServers(replica.server, primary.server);
    try {
      await swapped.next('a replica', saw('redis-primary', { role: 'replica' }));
      await swapped.next('a primary', saw('redis-replica', { link: 'primary' }));
    } finally {
      await swapped.stop();
    }
  });
});

describe('the session store, with a Redis that reads its data set', () => {
  const slowly = ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024'];
  let directory: string;
  let started: RedisProgram[];
  let observer: Observer<StoreObservation>;

  async function start(options: Parameters<typeof startRedis>[0]): Promise<RedisProgram> {
    const redis = await startRedis(options);
    started.push(redis);
    return redis;
  }

  async function fill(redis: RedisProgram): Promise<void> {
    const value = 'x'.repeat(4_096);
    await redis.send(...Array.from({ length: 500 }, (_, key) => `SET key${key} ${value}${key}`));
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hl-rdb-'));
    started = [];
  });
  afterEach(async () => {
    await observer.stop();
    await Promise.all(started.map((redis) => redis.stop()));
    await rm(directory, { recursive: true });
  });

  it('gets no answer that counts while it loads', async () => {
    const disk = ['--dir', directory, '--rdbcompression', 'no'];
    const filled = await start({ args: disk });
    await fill(filled);
    await filled.send('SAVE');
    await filled.stop();
    const { server } = await start({ args: [...disk, ...slowly] });
    observer = watchServers(server, server);
    const detail = 'LOADING: the server is loading its data set';
    await observer.next('loading', saw('redis-primary', { outcome: 'unanswered', detail }));
    await observer.next('loaded', saw('redis-primary', { outcome: 'answered' }));
  });

  it('sees that a replica is being synchronised', async () => {
    const primary = await start({ args: ['--rdbcompression', 'no'] });
    await fill(primary);
    const replica = await start({ args: slowly });
    observer = watchServers(primary.server, replica.server);
    await observer.next('a primary yet', saw('redis-replica', { link: 'primary' }));
    await replica.send(`REPLICAOF 127.0.0.1 ${primary.port}`);
    await observer.next('syncing', saw('redis-replica', { link: 'syncing', offsetBytes: -1 }));
    await observer.next('up', saw('redis-replica', { link: 'up' }));
  });
});

describe('the session store, at the door', () => {
  let guarded: RedisProgram;

  before(async () => {
    guarded = await startRedis({ args: ['--requirepass', 'secret'] });
    await guarded.send('AUTH secret', 'ACL SETUSER watcher on >sesame +info');
  });
  after(() => guarded.stop());

  for (const [given, login, wanted] of [
    ['no password', {}, { outcome: 'unanswered', detail: 'NOAUTH Authentication required.' }],
    [
      'a wrong password',
      { password: 'guess' },
      {
        outcome: 'unanswered',
        detail: 'WRONGPASS invalid username-password pair or user is disabled.',
      },
    ],
    ['the password', { password: 'secret' }, { outcome: 'answered', role: 'primary' }],
    [
      'a user who may ask for INFO only',
      { username: 'watcher', password: 'sesame' },
      { outcome: 'answered', role: 'primary' },
    ],
  ] as const) {
    it(`says ${wanted.outcome} with ${given}`, async () => {
      const server = { ...guarded.server, ...login };
      const observer = watchServers(server, server);
      try {
        await observer.next(given, saw('redis-primary', wanted));
      } finally {
        await observer.stop();
      }
    });
  }
});

describe('the session store, with a server that is no Redis', () => {
  let server: Server;
  let accepted: Socket[];
  let observer: Observer<StoreObservation>;

  async function serve(greet: (socket: Socket) => void): Promise<void> {
    accepted = [];
    server = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
      greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = { host: '127.0.0.1', port, username: undefined, password: undefined };
    observer = watchServers(target, target);
  }
  afterEach(async () => {
    await observer.stop();
    accepted.forEach((socket) => socket.destroy());
    server.close();
  });

  for (const [given, greet] of [
    [
      'answers nonsense',
      (socket: Socket) => socket.on('data', () => socket.write('HTTP/1.1 400\r\n')),
    ],
    [
      'answers INFO with a number',
      (socket: Socket) => socket.on('data', () => socket.write(':1\r\n:1\r\n:1\r\n')),
    ],
    [
      'answers INFO with nothing',
      (socket: Socket) => socket.on('data', () => socket.write('$0\r\n\r\n$0\r\n\r\n$0\r\n\r\n')),
    ],
    [
      'nests without end',
      (socket: Socket) => socket.on('data', () => socket.write('*1\r\n'.repeat(60_000))),
    ],
    ['hangs up', (socket: Socket) => socket.destroy()],
    ['is mute', () => undefined],
  ] as const) {
    it(`gets no answer when it ${given}`, async () => {
      await serve(greet);
      await pause(300);
      assert.ok(observer.seen.some(saw('redis-primary', { outcome: 'unanswered' })));
      assert.ok(observer.seen.some(saw('redis-replica', { outcome: 'unanswered' })));
      assert.ok(!observer.seen.some((seen) => seen.outcome === 'answered'));
    });
  }

  it('asks a Redis before 7 for one section at a time', async () => {
    await serve((socket) =>
      socket.on('data', (chunk) => {
        const sections = [...chunk.toString().matchAll(/^[a-z]{5,}\r$/gm)].map(String);
        const single = chunk.toString().startsWith('*2\r\n');
        const reply = 'role:master\r\nmaster_repl_offset:5\r\n';
        const answer = `$${reply.length}\r\n${reply}\r\n`;
        socket.write(single ? answer.repeat(sections.length) : '-ERR syntax error\r\n');
      }),
    );
    await observer.next('answered', saw('redis-primary', { role: 'primary', offsetBytes: 5 }));
  });

  it('takes little of a flood', async () => {
    let sent = 0;
    await serve((socket) => {
      socket.write('$1000000000\r\n');
      const pour = (): void => {
        sent += 65_536;
        socket.write(Buffer.alloc(65_536, 'x'), (error) => (error ? undefined : pour()));
      };
      pour();
    });
    await pause(500);
    assert.ok(accepted.length >= 4, 'it hung up and came back');
    // What the kernel buffers on the way counts as sent, too.
    assert.ok(
      sent < accepted.length * 8_000_000,
      `${sent} bytes in ${accepted.length} connections`,
    );
  });
});
