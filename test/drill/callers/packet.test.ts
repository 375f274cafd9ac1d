import assert from 'node:assert/strict';

import { PacketWriter, readStamp } from '../../../src/drill/callers/packet.js';

describe('the RTP of the callers', () => {
  it('carries its stream and sequence through a relay that rewrites the header', () => {
    const packet = new PacketWriter(7, 20).write(70_000);
    packet.writeUInt32BE(0xdeadbeef, 8); // The relay's own SSRC,
    packet.writeUInt16BE(1, 2); // and its own sequence number.
    assert.deepEqual(readStamp(packet), { stream: 7, sequence: 70_000 });
  });

  it('is RTP version 2 with PCMU of the interval', () => {
    const packet = new PacketWriter(7, 20).write(2);
    assert.deepEqual([packet[0], packet[1]], [0x80, 0]);
    assert.equal(packet.length, 12 + 160);
    assert.equal(packet.readUInt32BE(4), 320);
  });

  it('counts its header fields round when they are full', () => {
    const packet = new PacketWriter(7, 20).write(2 ** 16 + 3);
    assert.equal(packet.readUInt16BE(2), 3);
  });

  it('keeps each packet as it was when the next is written', () => {
    const writer = new PacketWriter(7, 1);
    const first = writer.write(1);
    writer.write(2);
    assert.deepEqual(readStamp(first), { stream: 7, sequence: 1 });
  });

  for (const [given, packet] of [
    ['too short', Buffer.alloc(20, 0x80)],
    ['of another sender', Buffer.alloc(172, 0x80)],
    ['no RTP', Buffer.alloc(172)],
  ] as const) {
    it(`is not taken for ours when it is ${given}`, () => {
      assert.equal(readStamp(packet), undefined);
    });
  }
});
