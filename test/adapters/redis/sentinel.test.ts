import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';

import { RedisClients } from '../../../src/adapters/redis/redis-clients.js';
import { createRedisStore } from '../../../src/adapters/redis/redis-store.js';
import { systemClock as clock } from '../../../src/adapters/system/clock.js';
import type { StoreObservation } from '../../../src/domain/evidence.js';
import { freePort } from '../../support/free-port.js';
import { Observer } from '../../support/observer.js';
import { startRedis, startSentinel, type RedisProgram } from '../../support/redis.js';
import { pause, waitUntil } from '../../support/wait.js';

const NAME = 'relays';
const NOBODY = { username: undefined, password: undefined };

type Answered = Extract<StoreObservation, { kind: 'redis-primary'; outcome: 'answered' }>;

function isAnswered(seen: StoreObservation): seen is Answered {
  return seen.kind === 'redis-primary' && seen.outcome === 'answered';
}

function sentinelAt(port: number) {
  return { host: '127.0.0.1', port, ...NOBODY };
}

describe('a primary that Sentinel names', () => {
  let started: { stop(): Promise<void> }[];
  let primary: RedisProgram;
  let replica: RedisProgram;
  let observer: Observer<StoreObservation> | undefined;
  let clients: RedisClients;

  async function keep<Program extends { stop(): Promise<void> }>(
    starting: Promise<Program>,
  ): Promise<Program> {
    const program = await starting;
    started.push(program);
    return program;
  }

  function watch(ports: readonly number[]): ReturnType<typeof createRedisStore> {
    const sentinels = ports.map(sentinelAt);
    clients = new RedisClients({
      primary: { sentinels, name: NAME, login: NOBODY },
      replica: replica.server,
    });
    const store = createRedisStore({ clients, databases: [1], clock });
    observer = new Observer<StoreObservation>().start(store);
    return store;
  }

  beforeEach(async () => {
    started = [];
    primary = await keep(startRedis());
    replica = await keep(startRedis({ replicaOf: primary }));
    await waitUntil('the replica is in step', async () =>
      (await replica.send('INFO replication')).includes('master_link_status:up'),
    );
  });
  afterEach(async () => {
    await observer?.stop();
    observer = undefined;
    await Promise.all(started.map((program) => program.stop()));
  });

  it('is followed when Sentinel promotes another server', async () => {
    const sentinel = await keep(startSentinel({ name: NAME, watches: primary }));
    const store = watch([sentinel.port]);
    await observer!.next('the first primary', isAnswered);
    assert.equal(store.view().primary.at, `127.0.0.1:${primary.port}`);
    await waitUntil('Sentinel knows the replica', async () =>
      (await sentinel.send(`SENTINEL replicas ${NAME}`)).includes(String(replica.port)),
    );
    await primary.stop();
    await waitUntil(
      'the replica is the primary',
      () => store.view().primary.at === `127.0.0.1:${replica.port}`,
      15_000,
    );
    await observer!.next('it answers', isAnswered, observer!.seen.length);
    assert.deepEqual(store.view().sentinels, [
      {
        at: `127.0.0.1:${sentinel.port}`,
        says: `127.0.0.1:${replica.port}`,
        trouble: null,
      },
    ]);
  });

  it('stays the last known one while every Sentinel is dead', async () => {
    const sentinel = await keep(startSentinel({ name: NAME, watches: primary }));
    const store = watch([sentinel.port]);
    await observer!.next('the primary', isAnswered);
    await sentinel.stop();
    await waitUntil('the Sentinel is missed', () => store.view().sentinels[0]?.says === null);
    const from = observer!.seen.length;
    await observer!.next('still there', isAnswered, from);
    await waitUntil('the reason is said', () =>
      /ECONNREFUSED/.test(store.view().sentinels[0]?.trouble ?? ''),
    );
  });

  it('is not moved by one Sentinel of three that lies', async () => {
    const honest = await Promise.all(
      [1, 2].map(() => keep(startSentinel({ name: NAME, watches: primary }))),
    );
    const decoy = await keep(startRedis());
    const liar = await keep(startSentinel({ name: NAME, watches: decoy }));
    const store = watch([liar.port, ...honest.map(({ port }) => port)]);
    await observer!.next('a primary', isAnswered);
    await pause(300);
    assert.equal(store.view().primary.at, `127.0.0.1:${primary.port}`);
    assert.equal(store.view().sentinels[0]?.says, `127.0.0.1:${decoy.port}`);
  });

  it('is taken from the only Sentinel that lives once the others had their time', async () => {
    const sentinel = await keep(startSentinel({ name: NAME, watches: primary }));
    const silent = [await freePort(), await freePort()];
    const store = watch([...silent, sentinel.port]);
    await pause(500);
    assert.equal(store.view().primary.at, null);
    assert.match(store.view().primary.trouble ?? '', /no Sentinel has said yet where relays is/);
    await observer!.next('the primary', isAnswered);
  });

  it('is another one when most Sentinels say so, even while the old one still answers', async () => {
    const sentinel = await keep(startSentinel({ name: NAME, watches: primary }));
    const store = watch([sentinel.port]);
    await observer!.next('the primary', isAnswered);
    await sentinel.send(
      `SENTINEL REMOVE ${NAME}`,
      `SENTINEL MONITOR ${NAME} 127.0.0.1 ${replica.port} 1`,
    );
    await waitUntil(
      'it is asked again',
      () => store.view().primary.at === `127.0.0.1:${replica.port}`,
    );
  });

  describe('with something else in the place of a Sentinel', () => {
    let server: Server;

    async function serve(says: string): Promise<number> {
      server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', () => socket.write(says));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as { port: number }).port;
    }
    afterEach(() => server.close());

    for (const [given, says] of [
      ['is mute', ''],
      ['speaks nonsense', 'HTTP/1.1 400\r\n'],
      ['names a port that is none', '*2\r\n$9\r\n127.0.0.1\r\n$5\r\n99999\r\n'],
      ['names no primary', '*-1\r\n'],
      ['floods', 'x'.repeat(1_000_000)],
      ['nests without end', '*1\r\n'.repeat(60_000)],
    ] as const) {
      it(`goes on when it ${given}`, async () => {
        const bad = await serve(says);
        const good = await keep(startSentinel({ name: NAME, watches: primary }));
        const store = watch([bad, good.port, good.port]);
        await observer!.next('the primary', isAnswered);
        assert.equal(store.view().primary.at, `127.0.0.1:${primary.port}`);
        assert.equal(store.view().sentinels[0]?.says, null);
      });
    }
  });
});
