import assert from 'node:assert/strict';

import { isDict } from '../../src/ng/message.js';
import type { NgDict } from '../../src/ng/bencode.js';
import { pause, waitUntil } from '../support/wait.js';
import {
  portsOf,
  rtcp,
  rtp,
  sdpOf,
  setUpCall,
  startBench,
  Telephone,
  textAt,
  type RelayBench,
} from './relay-bench.js';

describe("the relay's media", () => {
  let bench: RelayBench;
  let opened: { close(): void }[] = [];

  before(async () => {
    bench = await startBench({ mediaPorts: 128 });
  });
  afterEach(() => {
    opened.forEach((each) => each.close());
    opened = [];
  });
  after(() => bench.stop());

  async function call(callId: string) {
    const set = await setUpCall(bench, callId);
    opened.push(set);
    return set;
  }

  async function telephone(host?: string): Promise<Telephone> {
    const made = await Telephone.bind(host);
    opened.push(made);
    return made;
  }

  /** The streams of one party as `query` tells them: RTP and RTCP of its first media. */
  async function streamsOf(callId: string, tag: string): Promise<readonly NgDict[]> {
    const reply = await bench.ask({ command: 'query', 'call-id': callId });
    const tags = reply['tags'];
    const party = isDict(tags) ? tags[tag] : undefined;
    const medias = isDict(party) ? (party['medias'] as readonly NgDict[]) : [];
    return medias[0]!['streams'] as readonly NgDict[];
  }

  it('goes both ways, byte for byte, and leaves from the port that the other party knows', async () => {
    const { caller, callee, forCaller, forCallee } = await call('both-ways');
    caller.send(rtp({ sequence: 1 }), forCaller);
    callee.send(rtp({ sequence: 9, ssrc: 0x99 }), forCallee);
    await callee.hears(1);
    await caller.hears(1);
    assert.deepEqual(callee.heard[0]!.packet, rtp({ sequence: 1 }));
    assert.deepEqual(caller.heard[0]!.packet, rtp({ sequence: 9, ssrc: 0x99 }));
    assert.equal(callee.heard[0]!.from.port, forCallee);
    assert.equal(caller.heard[0]!.from.port, forCaller);
  });

  it('follows a telephone to where its packets come from when its SDP names another address', async () => {
    const { caller, callee, forCaller, forCallee } = await call('behind-nat');
    const behindNat = await telephone();
    behindNat.send(rtp(), forCaller);
    await callee.hears(1);
    callee.send(rtp({ ssrc: 2 }), forCallee);
    await behindNat.hears(1);
    assert.equal(caller.heard.length, 0);
  });

  it('takes packets of one source only, and counts those of others', async () => {
    const { caller, callee, forCaller } = await call('stranger');
    const stranger = await telephone();
    caller.send(rtp(), forCaller);
    await callee.hears(1);
    stranger.send(rtp({ ssrc: 0x666 }), forCaller);
    caller.send(rtp({ sequence: 2 }), forCaller);
    await callee.hears(2);
    const [stream] = await streamsOf('stranger', 'caller');
    const stats = stream!['stats'] as NgDict;
    assert.deepEqual([stats['packets'], stats['stranger']], [2, 1]);
  });

  it('carries RTCP on the port after that of RTP', async () => {
    const { forCaller, forCallee } = await call('rtcp');
    const [callerRtcp, calleeRtcp] = [await telephone(), await telephone()];
    const common = { 'call-id': 'rtcp-2', 'from-tag': 'caller' };
    const withRtcp = (port: number): string => sdpOf({ port: 40_000, more: [`a=rtcp:${port}`] });
    const offered = await bench.ask({
      command: 'offer',
      ...common,
      sdp: withRtcp(callerRtcp.port),
    });
    const answered = await bench.ask({
      command: 'answer',
      ...common,
      'to-tag': 'callee',
      sdp: withRtcp(calleeRtcp.port),
    });
    const [toCallee = 0] = portsOf(textAt(answered, 'sdp'));
    assert.match(textAt(answered, 'sdp'), new RegExp(`^a=rtcp:${toCallee + 1}\\r$`, 'm'));
    assert.notEqual(toCallee, forCaller);
    callerRtcp.send(rtcp(), toCallee + 1);
    await calleeRtcp.hears(1);
    assert.equal(calleeRtcp.heard[0]!.from.port, portsOf(textAt(offered, 'sdp'))[0]! + 1);
    assert.notEqual(forCallee, 0);
  });

  it('tells RTCP from RTP on a shared port, and splits it for a party that does not share', async () => {
    const [caller, callee, calleeRtcp] = [await telephone(), await telephone(), await telephone()];
    const common = { 'call-id': 'demux', 'from-tag': 'caller' };
    const muxed = sdpOf({ port: caller.port, more: ['a=rtcp-mux'] });
    const offered = await bench.ask({
      command: 'offer',
      ...common,
      'rtcp-mux': ['demux'],
      sdp: muxed,
    });
    assert.doesNotMatch(textAt(offered, 'sdp'), /rtcp-mux/);
    const plain = sdpOf({ port: callee.port, more: [`a=rtcp:${calleeRtcp.port}`] });
    const answered = await bench.ask({ command: 'answer', ...common, 'to-tag': 'c', sdp: plain });
    assert.match(textAt(answered, 'sdp'), /^a=rtcp-mux\r$/m);
    const [forCaller = 0] = portsOf(textAt(answered, 'sdp'));
    caller.send(rtp(), forCaller);
    caller.send(rtcp(), forCaller);
    await callee.hears(1);
    await calleeRtcp.hears(1);
    calleeRtcp.send(rtcp(7), portsOf(textAt(offered, 'sdp'))[0]! + 1);
    await caller.hears(1);
    assert.deepEqual(caller.heard[0]!.packet, rtcp(7));
  });

  it('counts packets, bytes, loss, jitter and the last packet of every stream', async () => {
    const { caller, callee, forCaller } = await call('counted');
    const sequences = [65_533, 65_534, 65_535, 1, 2, 5];
    for (const [index, sequence] of sequences.entries()) {
      caller.send(rtp({ sequence, timestamp: index * 160 }), forCaller);
      await callee.hears(index + 1);
    }
    const [stream] = await streamsOf('counted', 'caller');
    const stats = stream!['stats'] as NgDict;
    assert.deepEqual([stats['packets'], stats['bytes'], stats['lost']], [6, 6 * 172, 3]);
    assert.ok(Number(stats['jitter_us']) > 0);
    assert.ok(Math.abs(Number(stream!['last packet']) - Date.now() / 1_000) < 5);
    assert.equal(stream!['SSRC'], 0x1234);
  });

  it('drops and counts what is neither RTP nor RTCP, and what comes before the other party is known', async () => {
    const [caller] = [await telephone()];
    const offered = await bench.ask({
      command: 'offer',
      'call-id': 'early',
      'from-tag': 'caller',
      sdp: sdpOf({ port: caller.port }),
    });
    assert.equal(offered['result'], 'ok');
    const [stream] = await streamsOf('early', 'caller');
    const port = Number(stream!['local port']);
    caller.send(Buffer.from([0, 1, 0, 0]), port);
    caller.send(Buffer.alloc(0), port);
    caller.send(rtp(), port);
    await waitUntil('three packets are counted', async () => {
      const [{ stats } = {}] = await streamsOf('early', 'caller');
      const { malformed, homeless } = stats as { malformed: number; homeless: number };
      return malformed === 2 && homeless === 1;
    });
  });

  it('goes on after a re-INVITE that changes nothing, and follows one that moves the telephone', async () => {
    const { caller, callee, forCaller, forCallee } = await call('moved');
    caller.send(rtp(), forCaller);
    await callee.hears(1);
    const moved = await telephone();
    const again = { 'call-id': 'moved', 'from-tag': 'callee', 'to-tag': 'caller' };
    const offered = await bench.ask({
      command: 'offer',
      ...again,
      sdp: sdpOf({ port: moved.port }),
    });
    assert.deepEqual(portsOf(textAt(offered, 'sdp')), [forCaller], 'the caller keeps its port');
    const answered = await bench.ask({
      command: 'answer',
      ...again,
      sdp: sdpOf({ port: caller.port }),
    });
    assert.deepEqual(portsOf(textAt(answered, 'sdp')), [forCallee]);
    caller.send(rtp({ sequence: 2 }), forCaller);
    await moved.hears(1);
    assert.equal(callee.heard.length, 1);
    callee.send(rtp({ ssrc: 5 }), forCallee);
    moved.send(rtp({ ssrc: 6 }), forCallee);
    await caller.hears(1);
    caller.send(rtp({ sequence: 3 }), forCaller);
    await moved.hears(2);
  });

  it('sends nothing to a telephone that holds with 0.0.0.0, and goes on when it is back', async () => {
    const { caller, callee, forCaller } = await call('held');
    caller.send(rtp(), forCaller);
    await callee.hears(1);
    const hold = { command: 'offer', 'call-id': 'held', 'from-tag': 'callee', 'to-tag': 'caller' };
    const held = await bench.ask({ ...hold, sdp: sdpOf({ host: '0.0.0.0', port: callee.port }) });
    assert.match(textAt(held, 'sdp'), /^c=IN IP4 0\.0\.0\.0\r$/m);
    caller.send(rtp({ sequence: 2 }), forCaller);
    await pause(30);
    assert.equal(callee.heard.length, 1);
    await bench.ask({ ...hold, sdp: sdpOf({ port: callee.port }) });
    caller.send(rtp({ sequence: 3 }), forCaller);
    await callee.hears(2);
  });

  it('crosses from IPv4 to IPv6', async () => {
    const [caller, callee] = [await telephone(), await telephone('::1')];
    const common = { 'call-id': 'families', 'from-tag': 'caller' };
    const offered = await bench.ask({
      command: 'offer',
      ...common,
      'address-family': 'IP6',
      replace: ['origin'],
      sdp: sdpOf({ port: caller.port }),
    });
    assert.match(textAt(offered, 'sdp'), /^c=IN IP6 ::1\r$/m);
    assert.match(textAt(offered, 'sdp'), /^o=alice 7 1 IN IP6 ::1\r$/m);
    const answered = await bench.ask({
      command: 'answer',
      ...common,
      'to-tag': 'callee',
      sdp: sdpOf({ host: '::1', port: callee.port }),
    });
    assert.match(textAt(answered, 'sdp'), /^c=IN IP4 127\.0\.0\.1\r$/m);
    caller.send(rtp(), portsOf(textAt(answered, 'sdp'))[0]!);
    await callee.hears(1);
    callee.send(rtp(), portsOf(textAt(offered, 'sdp'))[0]!, '::1');
    await caller.hears(1);
  });

  it('uses the interface that is asked for, on each side', async () => {
    const offered = await bench.ask({
      command: 'offer',
      'call-id': 'two-vips',
      'from-tag': 'caller',
      direction: ['v1', 'v2'],
      sdp: sdpOf({ port: 40_000 }),
    });
    assert.match(textAt(offered, 'sdp'), /^c=IN IP4 127\.0\.0\.2\r$/m);
    const answered = await bench.ask({
      command: 'answer',
      'call-id': 'two-vips',
      'from-tag': 'caller',
      'to-tag': 'callee',
      sdp: sdpOf({ port: 40_002 }),
    });
    assert.match(textAt(answered, 'sdp'), /^c=IN IP4 127\.0\.0\.1\r$/m);
  });
});
