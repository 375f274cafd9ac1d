// The RTP that the canary sends. The sequence number is the round's, and the payload says so again,
// since a relay may rewrite the header; it also tells the packets of this process from those of
// another that may have had the ports before.

import { randomBytes, randomInt } from 'node:crypto';

const RTP_VERSION_2 = 0x80;
const PAYLOAD_TYPE_PCMU = 0;
const HEADER_BYTES = 12;
const MARK = Buffer.from('canary');
const RUN_BYTES = 6;
const ROUND_AT = HEADER_BYTES + MARK.length + RUN_BYTES;
const PACKET_BYTES = ROUND_AT + 4;
/** Samples of 20 ms at 8 kHz, whatever the interval is: nobody listens to it. */
const SAMPLES = 160;

export class CanaryPackets {
  readonly #packet = Buffer.alloc(PACKET_BYTES);
  readonly #stamp: Buffer;

  constructor() {
    this.#stamp = Buffer.concat([MARK, randomBytes(RUN_BYTES)]);
    this.#packet.writeUInt8(RTP_VERSION_2, 0);
    this.#packet.writeUInt8(PAYLOAD_TYPE_PCMU, 1);
    this.#packet.writeUInt32BE(randomInt(2 ** 32), 8);
    this.#stamp.copy(this.#packet, HEADER_BYTES);
  }

  write(round: number): Buffer {
    this.#packet.writeUInt16BE(round % 2 ** 16, 2);
    this.#packet.writeUInt32BE((round * SAMPLES) % 2 ** 32, 4);
    this.#packet.writeUInt32BE(round % 2 ** 32, ROUND_AT);
    // A copy: a packet that the kernel does not take at once is still to be sent later.
    return Buffer.from(this.#packet);
  }

  /** The round of a packet that came out of the relay, or undefined when it is none of ours. */
  read(packet: Buffer): number | undefined {
    const ours =
      packet.length === PACKET_BYTES && packet.subarray(HEADER_BYTES, ROUND_AT).equals(this.#stamp);
    return ours ? packet.readUInt32BE(ROUND_AT) : undefined;
  }
}
