import assert from 'node:assert/strict';

import type { NgDict } from '../../src/ng/bencode.js';
import { portsOf, sdpOf, startBench, textAt, type RelayBench } from './relay-bench.js';

const BASE = sdpOf({ port: 40_000 });
const SECURE = BASE.replace('RTP/AVP', 'RTP/SAVPF');
const ICE_ONLY = BASE.replace('40000', '9') + 'a=candidate:1 1 UDP 1 10.0.0.1 5000 typ host\r\n';

describe('what the relay cannot do', () => {
  let bench: RelayBench;
  let calls = 0;

  before(async () => {
    bench = await startBench({ mediaPorts: 128 });
  });
  after(() => bench.stop());

  function offer(more: NgDict): Promise<NgDict> {
    calls += 1;
    const common = { command: 'offer', 'call-id': `refused-${calls}`, 'from-tag': 'a', sdp: BASE };
    return bench.ask({ ...common, ...more });
  }

  for (const [given, more, reason] of [
    ['SRTP', { sdp: SECURE }, /^SRTP is not supported \(m=audio RTP\/SAVPF\); offer RTP\/AVP$/],
    ['DTLS', { sdp: BASE.replace('RTP/AVP', 'UDP/TLS/RTP/SAVPF') }, /^SRTP is not supported/],
    ['a change to SRTP', { 'transport-protocol': 'RTP/SAVP' }, /^SRTP is not supported/],
    ['media over ICE only', { sdp: ICE_ONLY }, /ICE only, which is not supported/],
    ['ICE by force', { ICE: 'force' }, /^ICE is not supported \(ICE=force\)$/],
    ['transcoding', { codec: { transcode: ['PCMA'] } }, /^transcoding .* is not supported/],
    ['transcoding by flag', { flags: ['always-transcode'] }, /^transcoding is not supported/],
    ['repacketising', { ptime: 40 }, /^transcoding is not supported \(ptime\)/],
    ['recording', { 'record call': 'yes' }, /^recording is not supported/],
    ['recording by flag', { flags: ['record-call'] }, /^recording is not supported/],
    [
      'nothing but T.38',
      { sdp: BASE.replace('m=audio 40000 RTP/AVP 0 101', 'm=image 40000 udptl t38') },
      /^Only audio and video over RTP are relayed, got m=image udptl$/,
    ],
    ['several ports for a stream', { sdp: BASE.replace('40000', '40000/2') }, /several ports/],
    ['an unknown address family', { 'address-family': 'IP5' }, /expected IP4 or IP6/],
    [
      'an address family that is not there',
      { direction: ['v2', 'v2'], sdp: sdpOf({ host: '::1', port: 4_000 }) },
      /has no IPv6 address/,
    ],
  ] as const) {
    it(`is refused by name: ${given}`, async () => {
      const reply = await offer(more);
      assert.equal(reply['result'], 'error');
      assert.match(textAt(reply, 'error-reason'), reason);
      assert.equal(reply['sdp'], undefined, 'and no SDP goes out');
    });
  }

  it('is refused in an answer too, which leaves the call as it was', async () => {
    const callId = `refused-${calls + 1}`;
    await offer({});
    const common = { command: 'answer', 'call-id': callId, 'from-tag': 'a', 'to-tag': 'b' };
    assert.equal((await bench.ask({ ...common, sdp: SECURE }))['result'], 'error');
    assert.equal((await bench.ask({ ...common, sdp: BASE }))['result'], 'ok');
  });

  it('is left out with a warning where nothing breaks by it', async () => {
    const reply = await offer({ flags: ['generate-RTCP', 'trust-address'] });
    assert.deepEqual([reply['result'], reply['warning']], ['ok', 'Ignored: generate rtcp']);
  });

  it('is one stream among others: it goes out refused, and the rest is relayed', async () => {
    const sdp = sdpOf({
      port: 40_000,
      media: ['m=image 40010 udptl t38', 'm=video 40004 RTP/AVP 96'],
    });
    const [audio, image, video] = portsOf(textAt(await offer({ sdp }), 'sdp'));
    assert.ok(audio! > 0 && video! > 0 && audio !== video);
    assert.equal(image, 0);
  });

  it('does not show in the SDP: keys, candidates and bundles of the sender stay behind', async () => {
    const sdp = sdpOf({
      port: 40_000,
      more: [
        ...['a=ice-ufrag:x', 'a=ice-pwd:y', 'a=candidate:1 1 UDP 1 127.0.0.1 5 typ host'],
        ...['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x', 'a=fingerprint:sha-1 AA', 'a=mid:0'],
      ],
    }).replace('t=0 0\r\n', 't=0 0\r\na=group:BUNDLE 0\r\n');
    const written = textAt(await offer({ sdp, ICE: 'remove' }), 'sdp');
    assert.doesNotMatch(written, /ice-|candidate|crypto|fingerprint|BUNDLE/);
    assert.match(written, /^a=mid:0\r$/m);
    assert.match(written, /^a=rtpmap:101 telephone-event\/8000\r$/m);
  });

  it('includes packets that go round for ever: a call is never told its own ports', async () => {
    const callId = `refused-${calls + 1}`;
    const [forCallee = 0] = portsOf(textAt(await offer({}), 'sdp'));
    const reply = await bench.ask({
      command: 'answer',
      'call-id': callId,
      'from-tag': 'a',
      'to-tag': 'b',
      sdp: sdpOf({ port: forCallee }),
    });
    assert.match(textAt(reply, 'error-reason'), /is a port of this relay for the same call/);
  });

  it('includes a second dialogue under the same Call-ID', async () => {
    const callId = `refused-${calls + 1}`;
    await offer({});
    const other = { command: 'offer', 'call-id': callId, 'from-tag': 'somebody else', sdp: BASE };
    assert.match(textAt(await bench.ask(other), 'error-reason'), /another dialogue/);
  });
});
