import assert from 'node:assert/strict';
import { createSocket, Socket, type RemoteInfo } from 'node:dgram';

import { stub } from 'sinon';

import { createNgClient, type NgClient } from '../../src/ng/client.js';
import { decodeMessage, encodeMessage } from '../support/ng-message.js';
import { startRtpengine, type Rtpengine } from '../support/rtpengine.js';
import { blockEventLoop } from '../support/wait.js';

const never = new AbortController().signal;
const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 5000 RTP/AVP 0',
  '',
].join('\r\n');

describe('the ng client, with rtpengine', () => {
  let relay: Rtpengine;
  let client: NgClient;

  before(async () => {
    relay = await startRtpengine();
    client = createNgClient(relay.ng);
  });
  after(async () => {
    client.close();
    await relay.stop();
  });

  it('gets a pong for every ping, each under a cookie of its own', async () => {
    const pings = Array.from({ length: 20 }, () =>
      client.request({ command: 'ping' }, { deadlineMs: 2_000 }, never),
    );
    for (const reply of await Promise.all(pings)) {
      assert.deepEqual(reply, { result: 'pong' });
    }
  });

  it('sets a call up, finds it in the list and takes it down', async () => {
    const call = { 'call-id': 'Zürich-1', 'from-tag': 'from' };
    const ask = (command: Parameters<NgClient['request']>[0]): ReturnType<NgClient['request']> =>
      client.request(command, { deadlineMs: 2_000 }, never);

    const offer = await ask({ command: 'offer', ...call, sdp: SDP });
    assert.equal(offer['result'], 'ok');
    assert.ok(typeof offer['sdp'] === 'string');
    assert.match(offer['sdp'], /^m=audio \d+ RTP\/AVP 0\r$/m);

    assert.deepEqual((await ask({ command: 'list' }))['calls'], ['Zürich-1']);
    assert.equal((await ask({ command: 'delete', 'delete-delay': 0, ...call }))['result'], 'ok');
    assert.deepEqual((await ask({ command: 'list' }))['calls'], []);
  });

  it('resolves with a reply that says error', async () => {
    const reply = await client.request({ command: 'dance' }, { deadlineMs: 2_000 }, never);
    assert.equal(reply['result'], 'error');
  });

  it('tells refused from no answer, and works again when the relay is back', async () => {
    await relay.freeze();
    const mute = client.request({ command: 'ping' }, { deadlineMs: 50 }, never);
    await assert.rejects(mute, { code: 'no-answer', message: /no answer to ping within 50 ms/ });

    await relay.stop();
    const refused = client.request({ command: 'ping' }, { deadlineMs: 2_000 }, never);
    await assert.rejects(refused, { code: 'refused', message: /nobody listens/ });

    relay = await startRtpengine({ ports: relay.ports });
    const reply = await client.request({ command: 'ping' }, { deadlineMs: 2_000 }, never);
    assert.deepEqual(reply, { result: 'pong' });
  });
});

describe('the ng client, with a relay that misbehaves', () => {
  let relay: Socket;
  let client: NgClient;
  let answer: (datagram: Buffer, from: RemoteInfo) => void;

  beforeEach(async () => {
    relay = createSocket('udp4');
    relay.on('message', (datagram, from) => answer(datagram, from));
    await new Promise<void>((resolve) => relay.bind(0, '127.0.0.1', resolve));
    client = createNgClient({ host: '127.0.0.1', port: relay.address().port });
  });
  afterEach(() => {
    client.close();
    relay.close();
  });

  const ping = (deadlineMs: number, signal = never): ReturnType<NgClient['request']> =>
    client.request({ command: 'ping' }, { deadlineMs }, signal);

  it('ignores cookies that it does not know, and what has no cookie', async () => {
    answer = (datagram, from) => {
      const { cookie } = decodeMessage(datagram);
      for (const reply of [
        Buffer.from('nonsense'),
        encodeMessage({ cookie: `${cookie}0`, dict: { result: 'stranger' } }),
        encodeMessage({ cookie, dict: { result: 'pong' } }),
        encodeMessage({ cookie, dict: { result: 'twice' } }),
      ]) {
        relay.send(reply, from.port, from.address);
      }
    };
    assert.deepEqual(await ping(2_000), { result: 'pong' });
    assert.deepEqual(await ping(2_000), { result: 'pong' });
  });

  it('rejects a broken dictionary at once', async () => {
    answer = (datagram, from) => {
      const { cookie } = decodeMessage(datagram);
      relay.send(`${cookie} d6:result`, from.port, from.address);
    };
    await assert.rejects(ping(2_000), { code: 'malformed' });
  });

  it('takes an answer that came in time though this process looked late', async () => {
    answer = (datagram, from) => {
      const { cookie } = decodeMessage(datagram);
      relay.send(encodeMessage({ cookie, dict: { result: 'pong' } }), from.port, from.address);
      setImmediate(() => blockEventLoop(100));
    };
    assert.deepEqual(await ping(50), { result: 'pong' });
  });

  it('says how late its own timer was when nothing came', async () => {
    answer = () => blockEventLoop(150);
    await assert.rejects(ping(50), (error: { lateMs: number }) => error.lateMs >= 50);
  });

  it('says why a request could not be sent, unless it is the first behind an answer', async () => {
    answer = (datagram, from) => {
      const { cookie } = decodeMessage(datagram);
      relay.send(encodeMessage({ cookie, dict: { result: 'pong' } }), from.port, from.address);
    };
    await ping(2_000);
    // A packet filter that comes up now.
    const refusing = stub(Socket.prototype, 'send').callsFake((_datagram, told?: unknown) =>
      (told as ((error: Error) => void) | undefined)?.(new Error('send EPERM')),
    );
    try {
      await assert.rejects(ping(50), { code: 'no-answer' });
      await assert.rejects(ping(50), { code: 'unreachable', message: /EPERM/ });
      await assert.rejects(ping(50), { code: 'unreachable' });
    } finally {
      refusing.restore();
    }
    await ping(2_000);
  });

  it("gives the caller's own reason back", async () => {
    const caller = new AbortController();
    const reason = new Error('shutting down');
    answer = () => caller.abort(reason);
    await assert.rejects(ping(2_000, caller.signal), reason);
    await assert.rejects(ping(2_000, caller.signal), reason);
  });

  it('keeps a limited number of requests', async () => {
    answer = () => {};
    const waiting = Array.from({ length: 1024 }, () => ping(10_000));
    const closed = Promise.allSettled(waiting);
    await assert.rejects(ping(10_000), { code: 'too-many' });
    client.close();
    for (const outcome of await closed) {
      assert.ok(outcome.status === 'rejected');
      assert.equal((outcome.reason as { code: string }).code, 'closed');
    }
    await assert.rejects(ping(10_000), { code: 'closed' });
  });

  it('refuses a command that no datagram can carry', async () => {
    const long = client.request({ sdp: 'x'.repeat(65_507) }, { deadlineMs: 50 }, never);
    await assert.rejects(long, { code: 'too-long' });
  });
});

describe('the ng client, with a host name that does not exist', () => {
  it('says unreachable, for every request anew', async () => {
    const client = createNgClient({ host: 'relay.invalid', port: 2223 });
    try {
      const ping = (): ReturnType<NgClient['request']> =>
        client.request({ command: 'ping' }, { deadlineMs: 10_000 }, never);
      await assert.rejects(ping(), { code: 'unreachable' });
      await assert.rejects(ping(), { code: 'unreachable' });
    } finally {
      client.close();
    }
  });
});
