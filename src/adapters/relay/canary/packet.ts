// The RTP that the canary sends. The sequence number is the round's, and the payload says so again,
// since a relay may rewrite the header; it also tells the packets of this process from those of
// another that may have had the ports before.

import { randomBytes, randomInt } from 'node:crypto';

import { standsAt } from '../../../ng/bytes.js';

const RTP_VERSION_2 = 0x80;
const PAYLOAD_TYPE_PCMU = 0;
const HEADER_BYTES = 12;
const MARK = Buffer.from('canary');
const RUN_BYTES = 6;
const ROUND_AT = HEADER_BYTES + MARK.length + RUN_BYTES;
const PACKET_BYTES = ROUND_AT + 4;
/** Samples of 20 ms at 8 kHz, whatever the interval is: nobody listens to it. */
const SAMPLES = 160;

/** A packet that the kernel does not take at once is sent later; so many may wait. */
const PACKETS = 8;

interface Packet {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export class CanaryPackets {
  readonly #source = randomInt(2 ** 32);
  readonly #stamp = Buffer.concat([MARK, randomBytes(RUN_BYTES)]);
  /** Written again and again: a new one each time costs more (docs/decisions/0022). */
  readonly #packets = Array.from({ length: PACKETS }, () => this.#blank());

  write(round: number): Buffer {
    const { bytes, view } = this.#packets[round % PACKETS] ?? this.#blank();
    view.setUint16(2, round % 2 ** 16);
    view.setUint32(4, (round * SAMPLES) % 2 ** 32);
    view.setUint32(ROUND_AT, round % 2 ** 32);
    return bytes;
  }

  /** The round of a packet that came out of the relay, or undefined when it is none of ours. */
  read(packet: Buffer): number | undefined {
    const ours = packet.length === PACKET_BYTES && standsAt(packet, HEADER_BYTES, this.#stamp);
    return ours ? packet.readUInt32BE(ROUND_AT) : undefined;
  }

  #blank(): Packet {
    const bytes = Buffer.alloc(PACKET_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.setUint8(0, RTP_VERSION_2);
    view.setUint8(1, PAYLOAD_TYPE_PCMU);
    view.setUint32(8, this.#source);
    this.#stamp.copy(bytes, HEADER_BYTES);
    return { bytes, view };
  }
}
