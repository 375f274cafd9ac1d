import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';

import { SwitchListener } from '../../../src/adapters/redis/switch-listener.js';
import { startRedis, startSentinel } from '../../support/redis.js';
import { pause, waitUntil } from '../../support/wait.js';

const NOBODY = { username: undefined, password: undefined };

describe('listening for a switch of the primary', () => {
  let server: Server;
  let sockets: Socket[];
  let said: string;
  let heard: number;
  let listener: SwitchListener;

  const listen = (port: number, login: { username?: string; password?: string } = {}): void => {
    heard = 0;
    const at = { host: '127.0.0.1', port, ...NOBODY, ...login };
    listener = new SwitchListener({ server: at, heard: () => (heard += 1) });
    listener.open();
  };

  async function serve(): Promise<number> {
    sockets = [];
    said = '';
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => (said += chunk.toString()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as { port: number }).port;
  }

  describe('at something in the place of a Sentinel', () => {
    afterEach(() => {
      listener.close();
      sockets.forEach((socket) => socket.destroy());
      server.close();
    });

    it('logs in and asks for one channel only', async () => {
      listen(await serve(), { username: 'holdline', password: 'sesame' });
      await waitUntil('it subscribes', () => said.includes('+switch-master'));
      const login = '*3\r\n$4\r\nAUTH\r\n$8\r\nholdline\r\n$6\r\nsesame\r\n';
      assert.equal(said, `${login}*2\r\n$9\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n`);
      assert.equal(heard, 0);
    });

    it('is not busied by one that pours words out, and hangs up on it', async () => {
      listen(await serve());
      await waitUntil('it is connected', () => said !== '');
      const [socket] = sockets;
      let closed = false;
      socket?.once('close', () => (closed = true));
      socket?.write('*1\r\n'.repeat(60_000));
      await waitUntil('it hangs up', () => closed);
      assert.ok(heard <= 2, `heard ${heard} times`);
    });

    it('says nothing more after its end', async () => {
      listen(await serve());
      await waitUntil('it is connected', () => said !== '');
      listener.close();
      sockets[0]?.write('x');
      await pause(100);
      assert.equal(heard, 0);
    });
  });

  it('hears of a failover from a real Sentinel', async () => {
    const primary = await startRedis();
    const replica = await startRedis({ replicaOf: primary });
    const sentinel = await startSentinel({ name: 'relays', watches: primary });
    try {
      listen(sentinel.port);
      await waitUntil('it begins to listen', () => heard === 1);
      // A replica that it knows for a moment only is none that it promotes.
      await waitUntil(
        'Sentinel finds the replica fit to be promoted',
        async () => (await sentinel.send('SENTINEL FAILOVER relays')).startsWith('+OK'),
        10_000,
      );
      await waitUntil('it hears of the switch', () => heard > 1, 10_000);
      const named = await sentinel.send('SENTINEL get-master-addr-by-name relays');
      assert.ok(named.includes(String(replica.port)), named);
    } finally {
      listener.close();
      await Promise.all([sentinel, replica, primary].map((each) => each.stop()));
    }
  });
});
