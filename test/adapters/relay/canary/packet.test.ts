import assert from 'node:assert/strict';

import { CanaryPackets } from '../../../../src/adapters/relay/canary/packet.js';
import { readSdp, writeSdp } from '../../../../src/adapters/relay/canary/sdp.js';

describe('the packets of the canary', () => {
  const packets = new CanaryPackets();

  it('are RTP version 2 whose sequence number is that of the round, also when it wraps', () => {
    for (const round of [1, 65_535, 65_536 + 7]) {
      const packet = packets.write(round);
      assert.deepEqual([packet[0], packet.readUInt16BE(2)], [0x80, round % 65_536]);
      assert.equal(packets.read(packet), round);
    }
  });

  it('are known although a relay rewrites their header', () => {
    const packet = packets.write(9);
    packet.fill(0x11, 1, 12);
    assert.equal(packets.read(packet), 9);
  });

  it('are not taken for those of another process, nor anything else for them', () => {
    assert.equal(packets.read(new CanaryPackets().write(9)), undefined);
    assert.equal(packets.read(Buffer.alloc(0)), undefined);
    assert.equal(packets.read(Buffer.concat([packets.write(1), Buffer.alloc(1)])), undefined);
  });
});

describe('the SDP of the canary', () => {
  for (const host of ['127.0.0.1', '::1']) {
    it(`says where media for ${host} go`, () => {
      assert.deepEqual(readSdp(writeSdp({ host, port: 4_000 })), { host, port: 4_000 });
    });
  }

  it('is not understood without an address and a port that can be sent to', () => {
    const whole = writeSdp({ host: '127.0.0.1', port: 4_000 });
    for (const broken of ['', whole.replace(/^c=.*$/m, ''), whole.replace('4000', '0')]) {
      assert.equal(readSdp(broken), undefined);
    }
    assert.equal(readSdp(whole.replace('4000', '70000')), undefined);
  });
});
