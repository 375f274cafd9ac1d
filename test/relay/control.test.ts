import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';

import { createSessionLister } from '../../src/adapters/relay/rtpengine-cli/session-lister.js';
import { sessionsIn } from '../../src/adapters/relay/ng/sessions.js';
import { decodeMessage, encodeMessage } from '../support/ng-message.js';
import type { HeldSession } from '../../src/ports/session-parity.js';
import { pause, waitUntil } from '../support/wait.js';
import { portsOf, sdpOf, startBench, textAt, type RelayBench } from './relay-bench.js';

describe("the relay's control port", () => {
  let bench: RelayBench;

  before(async () => {
    bench = await startBench();
  });
  after(() => bench.stop());

  const common = { 'call-id': 'one', 'from-tag': 'a' };

  it('sets a call up, lists it, tells of it and takes it down', async () => {
    const offer = await bench.ask({ command: 'offer', ...common, sdp: sdpOf({ port: 4_000 }) });
    assert.equal(offer['result'], 'ok');
    const answer = { command: 'answer', ...common, 'to-tag': 'b', sdp: sdpOf({ port: 4_002 }) };
    assert.equal((await bench.ask(answer))['result'], 'ok');
    assert.deepEqual((await bench.ask({ command: 'list' }))['calls'], ['one']);
    assert.deepEqual(sessionsIn(await bench.ask({ command: 'statistics' })), {
      own: 1,
      foreign: 0,
      total: 1,
    });
    const told = await bench.ask({ command: 'query', 'call-id': 'one' });
    assert.deepEqual(Object.keys(told['tags'] as object), ['a', 'b']);
    const ended = await bench.ask({ command: 'delete', 'call-id': 'one', 'from-tag': 'a' });
    assert.equal(ended['result'], 'ok');
    assert.ok('totals' in ended);
    assert.deepEqual((await bench.ask({ command: 'list' }))['calls'], []);
  });

  for (const [given, command, reason] of [
    ['an unknown command', { command: 'dance' }, /^Unrecognized command$/],
    ['no command', { word: 'x' }, /^Dictionary contains no key "command"$/],
    ['an offer without SDP', { command: 'offer', ...common }, /^No SDP body in message$/],
    [
      'an offer without Call-ID',
      { command: 'offer', 'from-tag': 'a', sdp: 'v=0' },
      /^No call-id in message$/,
    ],
    [
      'an offer without from-tag',
      { command: 'offer', 'call-id': 'x', sdp: 'v=0' },
      /^No from-tag in message$/,
    ],
    [
      'an answer to nothing',
      { command: 'answer', ...common, 'to-tag': 'b', sdp: sdpOf({ port: 4_000 }) },
      /^Unknown call-id$/,
    ],
    ['a query of nothing', { command: 'query', 'call-id': 'nope' }, /^Unknown call-id$/],
    [
      'an SDP that is none',
      { command: 'offer', ...common, sdp: 'rubbish' },
      /^Failed to parse SDP: /,
    ],
    [
      'an unknown interface',
      { command: 'offer', ...common, sdp: sdpOf({ port: 4_000 }), direction: ['zz', 'zz'] },
      /^Unknown interface zz; there are v1, v2$/,
    ],
    [
      'a host name',
      { command: 'offer', ...common, sdp: sdpOf({ host: 'example.com', port: 4_000 }) },
      /literal address/,
    ],
    ['a recording', { command: 'start recording', ...common }, /recording is not supported/],
  ] as const) {
    it(`answers ${given} with its reason`, async () => {
      const reply = await bench.ask(command);
      assert.equal(reply['result'], 'error');
      assert.match(textAt(reply, 'error-reason'), reason);
      assert.deepEqual((await bench.ask({ command: 'list' }))['calls'], []);
    });
  }

  it('takes the deletion of an unknown call for a retransmission', async () => {
    const reply = await bench.ask({ command: 'delete', 'call-id': 'nope', 'from-tag': 'a' });
    assert.deepEqual(reply, {
      warning: "Call-ID not found or tags didn't match",
      result: 'ok',
    });
  });

  it('gives a repeated cookie the same reply, and does the work once', async () => {
    const dict = { command: 'offer', 'call-id': 'twice', 'from-tag': 'a' };
    const request = encodeMessage({
      cookie: 'same',
      dict: { ...dict, sdp: sdpOf({ port: 4_000 }) },
    });
    const [first, second] = [await askRaw(bench, request), await askRaw(bench, request)];
    assert.deepEqual(second, first);
    assert.deepEqual((await bench.ask({ command: 'list' }))['calls'], ['twice']);
    await bench.ask({ command: 'delete', 'call-id': 'twice' });
    assert.deepEqual(await askRaw(bench, request), first, 'also when the call is gone');
    assert.deepEqual((await bench.ask({ command: 'list' }))['calls'], []);
  });

  it('speaks JSON to who speaks JSON', async () => {
    const offer = {
      command: 'offer',
      'call-id': 'j',
      'from-tag': 'a',
      sdp: sdpOf({ port: 4_000 }),
    };
    const reply = String(await askRaw(bench, Buffer.from(`c7 ${JSON.stringify(offer)}`)));
    assert.match(reply, /^c7 \{/);
    const parsed = JSON.parse(reply.slice(3)) as { sdp: string; result: string };
    assert.equal(parsed.result, 'ok');
    assert.ok(portsOf(parsed.sdp)[0]! > 0);
    await bench.ask({ command: 'delete', 'call-id': 'j' });
  });

  it('answers over TCP, requests in pieces and several at once, in both languages', async () => {
    const socket = await connectTo(bench);
    const heard = hear(socket);
    const ping = encodeMessage({ cookie: 't1', dict: { command: 'ping' } });
    socket.write(ping.subarray(0, 7));
    await pause(20);
    socket.write(ping.subarray(7));
    await waitUntil('a pong', () => heard() === 't1 d6:result4:ponge');
    socket.write('t2 {"command":"ping","x":"}{\\""}\nt3 d7:command4:pinge');
    await waitUntil('two more', () => heard().endsWith('t2 {"result":"pong"}t3 d6:result4:ponge'));
    socket.destroy();
  });

  it('says what is wrong with bytes over TCP that never end as a request, and hangs up', async () => {
    const socket = await connectTo(bench);
    const heard = hear(socket);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write('t9 nonsense');
    await ended;
    assert.match(heard(), /^t9 d6:result5:error12:error-reason.*Could not decode/);
  });

  it('lists its sessions as rtpengine does on its command line port', async () => {
    const lister = createSessionLister(bench.tcp);
    const held: HeldSession[] = [];
    const never = new AbortController().signal;
    await lister.list((session) => held.push(session), never);
    assert.equal(held.length, 0);
    await bench.ask({ command: 'offer', ...common, sdp: sdpOf({ port: 4_000 }) });
    await lister.list((session) => held.push(session), never);
    assert.deepEqual(held, [{ callId: 'one', database: 0, foreign: false, ending: false }]);
    await bench.ask({ command: 'delete', 'call-id': 'one' });
  });

  it('keeps an idle connection, and ends it when the relay ends', async () => {
    const own = await startBench();
    const socket = await connectTo(own);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await pause(200);
    assert.equal(socket.destroyed, false);
    await own.stop();
    await ended;
  });
});

async function askRaw(bench: RelayBench, request: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    const reply = new Promise<Buffer>((resolve) => socket.once('message', resolve));
    socket.send(request, bench.ng.port, bench.ng.host);
    return await reply;
  } finally {
    socket.close();
  }
}

async function connectTo(bench: RelayBench): Promise<Socket> {
  const socket = connect(bench.tcp);
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

function hear(socket: Socket): () => string {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  return () => text;
}

describe('an ng reply', () => {
  it('is read by the client that the sidecar uses', () => {
    const reply = encodeMessage({ cookie: 'c', dict: { result: 'pong' } });
    assert.deepEqual(decodeMessage(reply), { cookie: 'c', dict: { result: 'pong' } });
  });
});
