import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { changed, GOOD } from '../config/sample.js';
import { freePort } from '../support/free-port.js';
import { startRtpengine, type Rtpengine } from '../support/rtpengine.js';
import { startRedis, type RedisProgram } from '../support/redis.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { waitUntil } from '../support/wait.js';
import { holdline } from './holdline.js';

describe('holdline check', () => {
  const directory = temporaryDirectory();
  const file = within(directory, 'holdline.yaml');
  after(() => directory.remove());

  it('prints the effective configuration and ends with 0', async () => {
    writeFileSync(file, GOOD);
    const { code, out, err } = await holdline('check', '-c', file);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^node: relay-a\nbudget: 1s\n/);
  });

  it('names every problem and ends with 2', async () => {
    writeFileSync(file, changed('local-as: 65101', 'local-as: x').replace('role: home', 'role: h'));
    const { code, out, err } = await holdline('check', '-c', file);
    assert.deepEqual([code, out], [2, '']);
    assert.match(
      err,
      new RegExp(`^${file}:10: vips\\[0\\]\\.role: .*\n${file}:23: bgp\\.local-as: `),
    );
  });

  it('gives the problems as JSON', async () => {
    writeFileSync(file, changed('local-as: 65101', 'local-as: 0'));
    const { code, out } = await holdline('check', '--json', '-c', file);
    assert.equal(code, 2);
    assert.deepEqual(JSON.parse(out), {
      ok: false,
      code: 'config-invalid',
      file,
      problems: [
        {
          key: 'bgp.local-as',
          line: 23,
          expected: 'a whole number from 1 to 4294967295',
          got: '0',
        },
      ],
    });
  });

  it('ends with 2 when there is no such file', async () => {
    const { code, err } = await holdline('check', '-c', within(directory, 'none.yaml'));
    assert.equal(code, 2);
    assert.match(err, /none\.yaml:1: expected a readable file, got ENOENT/);
  });

  describe('--live', () => {
    let servers: readonly Server[];
    let text: string;
    let primary: RedisProgram;
    let replica: RedisProgram;
    let relay: Rtpengine;

    beforeEach(async () => {
      const socketPath = within(directory, 'bird.ctl');
      const takeAll = (socket: Socket): unknown => socket.resume();
      servers = [createServer(takeAll).listen(0, '127.0.0.1'), createServer().listen(socketPath)];
      await Promise.all(servers.map((server) => once(server, 'listening')));
      const { port } = servers[0]!.address() as AddressInfo;
      text = GOOD.replace('relay:\n', 'relay:\n  degraded: { vip-missing: false }\n')
        .replace('127.0.0.1:2223', `127.0.0.1:${relay.ng.port}`)
        .replace('127.0.0.1:9900', `127.0.0.1:${port}`)
        .replace('127.0.0.1:6379', `127.0.0.1:${primary.port}`)
        .replace('127.0.0.1:6380', `127.0.0.1:${replica.port}`)
        .replace('/run/bird/bird.ctl', socketPath);
    });

    afterEach(() => Promise.all(servers.map((server) => once(server.close(), 'close'))));

    before(async () => {
      relay = await startRtpengine();
      primary = await startRedis();
      const args = ['--notify-keyspace-events', 'KEA'];
      replica = await startRedis({ replicaOf: primary, args });
      await waitUntil('the replica is in step', async () =>
        (await replica.send('INFO replication')).includes('master_link_status:up'),
      );
    });
    after(() => Promise.all([relay.stop(), primary.stop(), replica.stop()]));

    it('warns of what works and is better changed, and ends with 0', async () => {
      await replica.send('CONFIG SET notify-keyspace-events ""');
      writeFileSync(file, text);
      const { code, out } = await holdline('check', '--live', '-c', file);
      await replica.send('CONFIG SET notify-keyspace-events KEA');
      assert.equal(code, 0);
      assert.match(out, /^# warning {2}Redis replica at .*notify-keyspace-events/m);
    });

    it('ends with 0 when everything that is named answers', async () => {
      writeFileSync(file, text);
      const { code, out } = await holdline('check', '--live', '-c', file);
      assert.equal(code, 0);
      assert.equal(out.match(/^# answers /gm)?.length, 6);
      assert.match(out, /^# answers {2}relay \(ng\) at 127\.0\.0\.1 port \d+$/m);
      assert.match(out, /^# warning {2}relay settings at .*its settings are not known/m);
    });

    it('ends with 1 when a VIP is not on this host', async () => {
      writeFileSync(file, text.replace('  degraded: { vip-missing: false }\n', ''));
      const { code, out } = await holdline('check', '--live', '-c', file);
      assert.equal(code, 1);
      assert.match(
        out,
        /^# FAULT {4}VIP a at 2001:db8:99::1: it is on no interface of this host$/m,
      );
    });

    it('ends with 1 when something does not, and says what and why', async () => {
      const silentNg = text.replace(`:${relay.ng.port}`, `:${await freePort()}`);
      writeFileSync(file, silentNg.replace('bird.ctl', 'none.ctl'));
      const { code, out } = await holdline('check', '--live', '--json', '-c', file);
      const { ok, live } = JSON.parse(out) as {
        ok: boolean;
        live: { what: string; fault: string | null }[];
      };
      assert.deepEqual([code, ok], [1, false]);
      const silent = live.filter(({ fault }) => fault !== null);
      assert.deepEqual(
        silent.map(({ what }) => what),
        ['BIRD', 'relay (ng)'],
      );
      assert.match(silent[0]?.fault ?? '', /ENOENT/);
      assert.match(silent[1]?.fault ?? '', /nobody listens/);
    });
  });
});
