import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import {
  createSettingsReader,
  parseSettings,
} from '../../../src/adapters/relay/rtpengine-cli/settings-reader.js';
import { freePort } from '../../support/free-port.js';
import { startRtpengine, type Rtpengine } from '../../support/rtpengine.js';

const { signal } = new AbortController();

describe('the settings of a real rtpengine', () => {
  let relay: Rtpengine;
  afterEach(() => relay.stop());

  it('are its defaults when nothing else is asked for', async () => {
    relay = await startRtpengine();
    assert.deepEqual(await createSettingsReader(relay.cli).read(signal), {
      usesRedis: false,
      redisCommandTimeoutMs: 0,
      redisConnectTimeoutMs: 1_000,
      redisErrorsAllowed: -1,
      silenceTimeoutSeconds: 60,
    });
  });

  it('are those of its command line, and no password is among them', async () => {
    const redis = await freePort();
    relay = await startRtpengine({
      args: [
        ...['--no-redis-required', `--redis=hunter2@127.0.0.1:${redis}/1`, '--timeout=7200'],
        ...['--redis-cmd-timeout=50', '--redis-connect-timeout=60', '--redis-allowed-errors=2'],
      ],
    });
    assert.deepEqual(await createSettingsReader(relay.cli).read(signal), {
      usesRedis: true,
      redisCommandTimeoutMs: 50,
      redisConnectTimeoutMs: 60,
      redisErrorsAllowed: 2,
      silenceTimeoutSeconds: 7_200,
    });
  });
});

describe('the settings of something else', () => {
  let server: Server;
  let sockets: Socket[];

  async function serve(greet: (socket: Socket) => void) {
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }
  afterEach(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  for (const [given, greet, says] of [
    ['is mute', () => undefined, /not finished after 1000 ms/],
    ['hangs up', (socket: Socket) => socket.end(), /expected `timeout = SECONDS`/],
    ['talks of other things', (socket: Socket) => socket.end('a = 1\n'), /expected `timeout/],
    [
      'floods',
      (socket: Socket) => socket.write('x'.repeat(1_000_000)),
      /expected at most 65536 characters/,
    ],
  ] as const) {
    it(`are not known when it ${given}`, async () => {
      const target = await serve(greet);
      await assert.rejects(createSettingsReader(target).read(signal), says);
    });
  }

  it('may be spelled with hyphens or underscores', () => {
    const text = 'timeout = 60\nredis_cmd_timeout = 5\nredis-connect-timeout = 6\nredis-db = 1\n';
    const read = parseSettings(text);
    assert.equal(read.redisCommandTimeoutMs, 5);
    assert.equal(read.redisConnectTimeoutMs, 6);
    assert.equal(read.usesRedis, true);
  });
});
