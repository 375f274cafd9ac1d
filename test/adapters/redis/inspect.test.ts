import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { inspectRedis, type Finding } from '../../../src/adapters/redis/inspect.js';
import type { RedisPrimary, RedisServer } from '../../../src/config/config.js';
import { createAuthority } from '../../support/certificates.js';
import { freePort } from '../../support/free-port.js';
import { startRedis, startSentinel, type RedisProgram } from '../../support/redis.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { waitUntil } from '../../support/wait.js';

const [ON_PRIMARY = '', ON_REPLICA = '', AT_SENTINEL = ''] =
  readFileSync('docs/redis.md', 'utf8').match(/^ACL SETUSER .*$/gm) ?? [];
const PASSWORD = 'hunter2';
const { signal } = new AbortController();

function login(server: RedisServer): RedisServer {
  return { ...server, username: 'holdline', password: PASSWORD };
}

async function grant(server: RedisProgram, line: string): Promise<void> {
  assert.match(await server.send(line.replace('>PASSWORD', `>${PASSWORD}`)), /^\+OK/);
}

describe('an inspection of Redis', () => {
  let primary: RedisProgram;
  let replica: RedisProgram;

  async function inspect(
    servers: { readonly primary?: RedisPrimary; readonly replica?: RedisServer } = {},
  ): Promise<Record<string, Finding>> {
    const given = { primary: primary.server, replica: replica.server, database: 15, ...servers };
    const found = await inspectRedis(given, signal);
    assert.doesNotMatch(JSON.stringify(found), /hunter2/, 'a secret is never printed');
    return Object.fromEntries(found.map((each) => [each.what, each]));
  }

  before(async () => {
    primary = await startRedis();
    replica = await startRedis({ replicaOf: primary, args: ['--notify-keyspace-events', 'KEA'] });
    await waitUntil('the replica is in step', async () =>
      (await replica.send('INFO replication')).includes('master_link_status:up'),
    );
  });
  after(() => Promise.all([primary.stop(), replica.stop()]));

  it('finds nothing where all is well', async () => {
    const found = await inspect();
    assert.deepEqual(
      Object.values(found).map(({ what, fault, warnings }) => [what, fault, warnings]),
      [
        ['Redis primary', null, []],
        ['Redis replica', null, []],
      ],
    );
  });

  it('finds nothing with exactly the rights that docs/redis.md grants', async () => {
    await grant(primary, ON_PRIMARY);
    await grant(replica, ON_REPLICA);
    const found = await inspect({ primary: login(primary.server), replica: login(replica.server) });
    assert.deepEqual(
      Object.values(found).map(({ fault }) => fault),
      [null, null],
    );
  });

  for (const right of ['+ping', '+publish', '+set', '~holdline:*', '&holdline:*']) {
    it(`names ${right} when the primary does not grant it, and the line that does`, async () => {
      await grant(primary, `ACL SETUSER holdline reset on >PASSWORD`);
      await grant(primary, ON_PRIMARY.replace(` ${right}`, ''));
      const server = login(primary.server);
      const first = await inspect({ primary: server });
      const fault = first['Redis primary']?.fault ?? '';
      assert.match(fault, /^the user holdline may not use [A-Z, ]+; this helps: ACL SETUSER /);
      assert.ok(fault.includes(right), fault);
      await grant(primary, /ACL SETUSER .*$/.exec(fault)?.[0] ?? '');
      const second = await inspect({ primary: server });
      assert.equal(second['Redis primary']?.fault, null);
    });
  }

  for (const right of [
    '+scan',
    '+exists',
    '+getrange',
    '+config|get',
    '+subscribe',
    '%R~*',
    '&__key',
  ]) {
    it(`names ${right} when the replica does not grant it`, async () => {
      await grant(replica, `ACL SETUSER holdline reset on >PASSWORD`);
      await grant(replica, ON_REPLICA.split(` ${right}`).join(' ').replace('space@*__:*', ''));
      const found = await inspect({ replica: login(replica.server) });
      assert.ok(
        found['Redis replica']?.fault?.includes(right),
        found['Redis replica']?.fault ?? '',
      );
    });
  }

  it('says that the setting of events could not be read, and why', async () => {
    await grant(replica, `ACL SETUSER holdline reset on >PASSWORD`);
    await grant(replica, ON_REPLICA.replace(' +config|get', ''));
    const found = await inspect({ replica: login(replica.server) });
    assert.match(
      found['Redis replica']?.warnings[0] ?? '',
      /^whether it tells the relay of sessions is not known: CONFIG GET says NOPERM/,
    );
  });

  it('tells a wrong password and an unknown user', async () => {
    const server = { ...primary.server, username: 'stranger', password: PASSWORD };
    const found = await inspect({ primary: server });
    assert.match(
      found['Redis primary']?.fault ?? '',
      /^wrong password of the user stranger, or no/,
    );
  });

  it('tells that nobody is there', async () => {
    const found = await inspect({ primary: { ...primary.server, port: await freePort() } });
    assert.match(found['Redis primary']?.fault ?? '', /ECONNREFUSED/);
  });

  it('tells primary and replica apart', async () => {
    const found = await inspect({ primary: replica.server, replica: primary.server });
    assert.match(found['Redis primary']?.fault ?? '', /^it is a replica of 127\.0\.0\.1/);
    assert.match(found['Redis replica']?.fault ?? '', /^it is not a replica of anything/);
  });

  it('warns when the replica sends no keyspace events', async () => {
    await replica.send('CONFIG SET notify-keyspace-events ""');
    try {
      const found = await inspect();
      assert.match(found['Redis replica']?.warnings[0] ?? '', /hears of no session of its peers/);
    } finally {
      await replica.send('CONFIG SET notify-keyspace-events KEA');
    }
  });

  it("counts the keys of somebody else in Holdline's own database, and leaves them alone", async () => {
    await primary.send('SELECT 15', 'SET cart:1 x', 'SET cart:2 x', 'SET holdline:peer:a x');
    try {
      await waitUntil('they are on the replica', async () =>
        /:3\r\n/.test(await replica.send('SELECT 15', 'DBSIZE')),
      );
      const found = await inspect();
      assert.match(
        found['Redis replica']?.warnings[0] ?? '',
        /^database 15 holds 2 keys that are not Holdline's, cart:[12] for one: somebody else uses it/,
      );
      assert.match(await primary.send('SELECT 15', 'EXISTS cart:1 cart:2'), /:2\r\n/);
    } finally {
      await primary.send('SELECT 15', 'FLUSHDB');
    }
  });

  it('counts no more of them than it takes a moment to read', async () => {
    const carts = Array.from({ length: 25_000 }, (_, number) => `SET cart:${number} x`);
    await primary.send('SELECT 15', ...carts);
    try {
      await waitUntil('they are on the replica', async () =>
        /:25000\r\n/.test(await replica.send('SELECT 15', 'DBSIZE')),
      );
      const found = await inspect();
      assert.match(found['Redis replica']?.warnings[0] ?? '', /holds at least 20\d\d\d keys/);
    } finally {
      await primary.send('SELECT 15', 'FLUSHDB');
    }
  });

  it('warns when Sentinel may promote the replica of this host', async () => {
    const sentinel = await startSentinel({ name: 'relays', watches: primary });
    const named = {
      sentinels: [sentinel.server],
      name: 'relays',
      login: { username: undefined, password: undefined },
    };
    try {
      const found = await inspect({ primary: named });
      assert.equal(found['Redis primary']?.where, `127.0.0.1:${primary.port}`);
      assert.equal(found['Redis primary'].fault, null);
      assert.match(found['Redis replica']?.warnings[0] ?? '', /replica-priority 0/);
      await grant(sentinel, AT_SENTINEL);
      const asked = await inspect({ primary: { ...named, sentinels: [login(sentinel.server)] } });
      assert.equal(asked['Sentinel']?.fault, null);
      const wrong = await inspect({ primary: { ...named, name: 'others' } });
      assert.match(wrong['Sentinel']?.fault ?? '', /knows no primary called others/);
      assert.match(wrong['Redis primary']?.fault ?? '', /no Sentinel has said yet/);
    } finally {
      await sentinel.stop();
    }
  });
});

describe('an inspection of Redis over TLS', () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it('tells mistrust, a missing certificate and a port that speaks otherwise', async () => {
    const authority = createAuthority(directory.path);
    const { certPath, keyPath } = authority.issue('redis', 'IP:127.0.0.1');
    const tlsPort = await freePort();
    const redis = await startRedis({
      args: [
        ...['--tls-port', String(tlsPort), '--tls-ca-cert-file', authority.caPath],
        ...['--tls-cert-file', certPath, '--tls-key-file', keyPath],
      ],
    });
    const { caPath } = authority;
    const secured = { ...redis.server, port: tlsPort };
    try {
      for (const [server, says] of [
        [{ ...secured, tls: {} }, /^its certificate is not trusted .*: set `tls\.ca`/],
        [{ ...secured, tls: { caPath } }, /set `tls\.cert` and `tls\.key`/],
        [{ ...secured, tls: { caPath, serverName: 'x.example' } }, /set `tls\.server-name`/],
        [{ ...redis.server, tls: { caPath } }, /redis:\/\/ instead of rediss:\/\//],
        [secured, /rediss:\/\/ instead of redis:\/\//],
      ] as const) {
        const [found] = await inspectRedis(
          { primary: server, replica: server, database: 15 },
          signal,
        );
        assert.match(found?.fault ?? '', says);
      }
    } finally {
      await redis.stop();
    }
  });
});
