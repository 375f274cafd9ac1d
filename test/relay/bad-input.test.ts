// What comes from a network may be anything. The relay answers with a reason or counts a drop, and
// is the same afterwards.

import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { connect } from 'node:net';

import fc from 'fast-check';

import { isDict } from '../../src/ng/message.js';
import type { NgDict } from '../../src/ng/bencode.js';
import { parseSdp } from '../../src/relay/sdp/session.js';
import { RelayError } from '../../src/relay/errors.js';
import { frameOf } from '../../src/relay/control/framing.js';
import { pause, waitUntil } from '../support/wait.js';
import { rtp, sdpOf, setUpCall, startBench, textAt, type RelayBench } from './relay-bench.js';

const DATAGRAMS = 100_000;
const DATAGRAMS_AT_ONCE = 200;
/** What the buffers of 100,000 datagrams would take, were they kept. */
const GROWTH_BYTES_MAX = 40_000_000;

describe('a relay that is sent nonsense', function () {
  this.timeout(60_000);
  let bench: RelayBench;
  let sender: Socket;

  before(async () => {
    bench = await startBench({ mediaPorts: 16 });
    sender = createSocket('udp4');
  });
  after(async () => {
    sender.close();
    await bench.stop();
  });

  async function controlCounts(): Promise<NgDict> {
    const reply = await bench.ask({ command: 'statistics' });
    const statistics = reply['statistics'];
    const counts = isDict(statistics) ? statistics['controlstatistics'] : undefined;
    assert.ok(isDict(counts));
    return counts;
  }

  function send(datagram: Buffer, port: number): Promise<void> {
    return new Promise((resolve) => sender.send(datagram, port, '127.0.0.1', () => resolve()));
  }

  for (const [given, datagram, reason] of [
    ['bencode that is cut', 'c1 d7:command4:pi', /Could not decode bencode dictionary/],
    ['bencode with a negative length', 'c2 d-3:abce', /Could not decode bencode dictionary/],
    ['bencode with a length of its own', 'c3 d99999999999999999999:x', /Could not decode/],
    ['bencode nested without end', `c4 ${'l'.repeat(5_000)}`, /Could not decode bencode/],
    ['a list', 'c5 l4:pinge', /Could not decode dictionary/],
    ['JSON that is cut', 'c6 {"command":"pi', /Could not decode JSON dictionary/],
    ['JSON nested without end', `c7 {"a":${'['.repeat(5_000)}`, /Could not decode JSON/],
    [
      'JSON nested too deep',
      `c8 {"a":${'['.repeat(100)}${']'.repeat(100)}}`,
      /nested deeper than 32/,
    ],
    ['JSON of another kind', 'c9 {"command":["ping"]}', /no key \\"command\\"|no key "command"/],
  ] as const) {
    it(`answers ${given} with what is wrong with it`, async () => {
      const reply = new Promise<Buffer>((resolve) => sender.once('message', resolve));
      await send(Buffer.from(datagram), bench.ng.port);
      const text = String(await reply);
      assert.equal(text.split(' ')[0], datagram.split(' ')[0]);
      assert.match(text, reason);
    });
  }

  it('survives 100,000 random datagrams on its control and media ports, and does not grow', async () => {
    const call = await setUpCall(bench, 'through-it-all');
    const ports = [bench.ng.port, call.forCaller, call.forCallee + 1];
    const bytes = Buffer.alloc(600);
    let seed = 1;
    const random = (most: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed % most;
    };
    const before = process.memoryUsage().rss;
    for (let sent = 0; sent < DATAGRAMS; sent += 1) {
      for (let at = 0; at < 24; at += 1) {
        bytes[at] = random(256);
      }
      sender.send(Buffer.from(bytes.subarray(0, random(600))), ports[sent % 3], '127.0.0.1');
      if (sent % DATAGRAMS_AT_ONCE === 0) {
        await pause(0);
      }
    }
    await pause(200);
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < GROWTH_BYTES_MAX, `grew by ${grown} bytes`);
    assert.deepEqual((await bench.ask({ command: 'list' }))['calls'], ['through-it-all']);
    const told = await bench.ask({ command: 'query', 'call-id': 'through-it-all' });
    const totals = told['totals'] as Readonly<Record<string, NgDict>>;
    assert.ok(Number(totals['RTP']?.['errors']) > 1_000, 'drops are counted');
    const counts = await controlCounts();
    assert.ok(Number(counts['unanswerable']) > 1_000);
    call.caller.send(rtp(), call.forCaller);
    call.close();
    await bench.ask({ command: 'delete', 'call-id': 'through-it-all' });
  });

  it('goes on answering pings and relaying media under a flood of offers', async () => {
    const call = await setUpCall(bench, 'in-the-flood');
    const flood = createSocket('udp4');
    const offer = `d7:call-id5:flood7:command5:offer8:from-tag1:a3:sdp4:v=0\ne`;
    for (let sent = 0; sent < 20_000; sent += 1) {
      flood.send(Buffer.from(`f${sent} ${offer}`), bench.ng.port, '127.0.0.1');
      if (sent % 100 === 0) {
        call.caller.send(rtp({ sequence: sent / 100 }), call.forCaller);
        await pause(0);
      }
    }
    // A ping may be among what the system threw away because there was too much of it.
    await waitUntil('a pong', async () => {
      const reply = await bench.ask({ command: 'ping' }).catch(() => undefined);
      return reply?.['result'] === 'pong';
    });
    await waitUntil('the callee has heard most of it', () => call.callee.heard.length > 100);
    flood.close();
    call.close();
    await bench.ask({ command: 'delete', 'call-id': 'in-the-flood' });
  });

  it('says so when the port range is full, keeps what it has, and goes on when there is room', async () => {
    const own = await startBench({ mediaPorts: 8 });
    try {
      const offer = (callId: string): Promise<NgDict> =>
        own.ask({
          command: 'offer',
          'call-id': callId,
          'from-tag': 'a',
          sdp: sdpOf({ port: 40_000 }),
        });
      assert.equal((await offer('first'))['result'], 'ok');
      assert.equal((await offer('second'))['result'], 'ok');
      const refused = await offer('third');
      assert.equal(textAt(refused, 'error-reason'), 'Ran out of ports');
      assert.deepEqual((await own.ask({ command: 'list' }))['calls'], ['first', 'second']);
      await own.ask({ command: 'delete', 'call-id': 'first' });
      assert.equal((await offer('fourth'))['result'], 'error', 'ports rest first');
    } finally {
      await own.stop();
    }
  });

  it('refuses more calls than it may hold with `load limit`, as proxies know it', async () => {
    const own = await startBench({ more: 'sessions-max: 1' });
    try {
      const offer = { command: 'offer', 'from-tag': 'a', sdp: sdpOf({ port: 40_000 }) };
      assert.equal((await own.ask({ ...offer, 'call-id': 'one' }))['result'], 'ok');
      assert.equal((await own.ask({ ...offer, 'call-id': 'two' }))['result'], 'load limit');
    } finally {
      await own.stop();
    }
  });

  it('reads any text as an SDP or refuses it by name', () => {
    const line = fc.constantFrom(
      ...['v=0', 'o=- 1 1 IN IP4 1.2.3.4', 'c=IN IP4 1.2.3.4', 'c=IN IP4 x', 'm=audio 1 RTP/AVP 0'],
      ...['m=', 'a=rtcp:x', 'm=audio 99999 RTP/AVP 0', 'c=', 'x', '', 'm=video 2/3 RTP/AVP 9'],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(line).map((lines) => lines.join('\r\n')),
    );
    fc.assert(
      fc.property(text, (sdp) => {
        try {
          parseSdp(sdp);
        } catch (error) {
          assert.ok(error instanceof RelayError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds the end of a request in any bytes, or that there is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const frame = frameOf(Buffer.concat([Buffer.from('c '), bytes]));
        assert.ok(frame === 'more' || frame === 'broken' || frame <= bytes.length + 2);
      }),
      { numRuns: 2_000 },
    );
  });

  it('hangs up on a TCP connection that sends more than a request can have', async () => {
    const socket = connect(bench.tcp);
    socket.on('error', () => {});
    socket.resume();
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`big {"command":"${'x'.repeat(200_000)}`);
    await ended;
    assert.equal((await bench.ask({ command: 'ping' }))['result'], 'pong');
  });
});
