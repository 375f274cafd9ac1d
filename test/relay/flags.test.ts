import assert from 'node:assert/strict';

import type { NgDict } from '../../src/ng/bencode.js';
import {
  portsOf,
  rtp,
  sdpOf,
  startBench,
  Telephone,
  textAt,
  type RelayBench,
} from './relay-bench.js';

const BASE = sdpOf({ port: 40_000 });

describe('the flags that a proxy sends', () => {
  let bench: RelayBench;
  let calls = 0;
  let opened: Telephone[] = [];

  before(async () => {
    bench = await startBench({ mediaPorts: 128 });
  });
  afterEach(() => {
    opened.forEach((each) => each.close());
    opened = [];
  });
  after(() => bench.stop());

  async function telephone(): Promise<Telephone> {
    const made = await Telephone.bind();
    opened.push(made);
    return made;
  }

  const callId = (): string => `flags-${calls}`;
  async function offer(more: NgDict = {}): Promise<string> {
    calls += 1;
    const common = { command: 'offer', 'call-id': callId(), 'from-tag': 'a', sdp: BASE };
    return textAt(await bench.ask({ ...common, ...more }), 'sdp');
  }
  async function answer(more: NgDict = {}): Promise<string> {
    const tags = { 'call-id': callId(), 'from-tag': 'a', 'to-tag': 'b' };
    return textAt(await bench.ask({ command: 'answer', ...tags, sdp: BASE, ...more }), 'sdp');
  }

  it('of a plain call by Kamailio are taken, and the SDP is the same but for the addresses', async () => {
    const written = await offer({
      'via-branch': 'z9hG4bK1',
      'received-from': ['IP4', '192.0.2.7'],
      replace: ['origin', 'session-connection'],
      flags: ['trust-address', 'symmetric'],
      ICE: 'remove',
      'transport-protocol': 'RTP/AVP',
    });
    const [port = 0] = portsOf(written);
    const lines = BASE.trimEnd().split('\r\n');
    assert.deepEqual(
      written.trimEnd().split('\r\n'),
      lines
        .map((line) => line.replace('m=audio 40000', `m=audio ${port}`))
        .concat(`a=rtcp:${port + 1}`),
    );
  });

  it('leave the origin alone unless it is to be replaced', async () => {
    const sdp = BASE.replace('o=alice 7 1 IN IP4 127.0.0.1', 'o=alice 7 1 IN IP4 192.0.2.1');
    assert.match(await offer({ sdp }), /^o=alice 7 1 IN IP4 192\.0\.2\.1\r$/m);
    assert.match(await offer({ sdp, replace: ['origin'] }), /^o=alice 7 1 IN IP4 127\.0\.0\.1\r$/m);
  });

  it('send media to where the SIP message came from, when its SDP is not to be trusted', async () => {
    const [caller, callee] = [await telephone(), await telephone()];
    const sdp = sdpOf({ host: '192.0.2.1', port: callee.port });
    await offer({ sdp: sdpOf({ port: caller.port }) });
    const flags = { flags: ['SIP-source-address'], 'received-from': ['IP4', '127.0.0.1'] };
    const [forCaller = 0] = portsOf(await answer({ sdp, ...flags }));
    caller.send(rtp(), forCaller);
    await callee.hears(1);
  });

  it('send media to where the SDP says although packets come from elsewhere, when it is asymmetric', async () => {
    const [caller, callee, mouth] = [await telephone(), await telephone(), await telephone()];
    const forCallee = portsOf(await offer({ sdp: sdpOf({ port: caller.port }) }))[0]!;
    const sdp = sdpOf({ port: callee.port });
    const forCaller = portsOf(await answer({ sdp, flags: ['asymmetric'] }))[0]!;
    mouth.send(rtp({ ssrc: 3 }), forCallee);
    await caller.hears(1);
    caller.send(rtp(), forCaller);
    await callee.hears(1);
    assert.equal(mouth.heard.length, 0);
  });

  it('change RTP/AVP to RTP/AVPF towards one side, and back in the answer', async () => {
    const sdp = sdpOf({ port: 40_000, more: ['a=rtcp-fb:0 nack'] });
    assert.match(
      await offer({ 'transport-protocol': 'RTP/AVPF' }),
      /^m=audio \d+ RTP\/AVPF 0 101\r$/m,
    );
    const feedback = sdp.replace('RTP/AVP', 'RTP/AVPF');
    const back = await answer({ sdp: feedback });
    assert.match(back, /^m=audio \d+ RTP\/AVP 0 101\r$/m);
    assert.doesNotMatch(back, /rtcp-fb/);
  });

  it('write another address than the own one', async () => {
    assert.match(await offer({ 'media-address': '203.0.113.5' }), /^c=IN IP4 203\.0\.113\.5\r$/m);
  });

  it('leave a=rtcp out', async () => {
    assert.doesNotMatch(await offer({ flags: ['no-rtcp-attribute'] }), /a=rtcp/);
  });

  it('write the own address where a telephone says 0.0.0.0', async () => {
    const sdp = BASE.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0');
    assert.match(await offer({ sdp }), /^c=IN IP4 0\.0\.0\.0\r$/m);
    assert.match(await offer({ sdp, replace: ['zero-address'] }), /^c=IN IP4 127\.0\.0\.1\r$/m);
  });

  const MUXED = sdpOf({ port: 40_000, more: ['a=rtcp-mux'] });
  for (const [flag, offered, passedOn, answered, agreed] of [
    [[], MUXED, true, MUXED, true],
    [[], MUXED, true, BASE, false],
    [[], BASE, false, BASE, false],
    [['offer'], BASE, true, MUXED, false],
    [['require'], BASE, true, MUXED, false],
    [['demux'], MUXED, false, BASE, true],
    [['accept'], MUXED, false, BASE, true],
    [['reject'], MUXED, false, BASE, false],
  ] as const) {
    const asked = offered === MUXED ? 'offered' : 'not offered';
    const said = answered === MUXED ? 'answered' : 'not answered';
    it(`rtcp-mux [${flag.join()}]: ${asked} and ${said}, it is ${passedOn ? '' : 'not '}passed on and ${agreed ? '' : 'not '}agreed`, async () => {
      const out = await offer({ sdp: offered, 'rtcp-mux': flag });
      assert.equal(/^a=rtcp-mux\r$/m.test(out), passedOn);
      const back = await answer({ sdp: answered });
      assert.equal(/^a=rtcp-mux\r$/m.test(back), agreed);
      const [port = 0] = portsOf(back);
      assert.match(back, new RegExp(`^a=rtcp:${agreed ? port : port + 1}\\r$`, 'm'));
    });
  }

  it('let a forked call be answered by several telephones, of which the last one is heard', async () => {
    const [caller, first, last] = [await telephone(), await telephone(), await telephone()];
    await offer({ sdp: sdpOf({ port: caller.port }) });
    await answer({ sdp: sdpOf({ port: first.port }), 'to-tag': 'first' });
    const [forCaller = 0] = portsOf(
      await answer({ sdp: sdpOf({ port: last.port }), 'to-tag': 'last' }),
    );
    caller.send(rtp(), forCaller);
    await last.hears(1);
    assert.equal(first.heard.length, 0);
    const ended = await bench.ask({ command: 'delete', 'call-id': callId(), 'from-tag': 'last' });
    assert.equal(ended['warning'], undefined);
  });
});
