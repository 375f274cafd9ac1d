// The RTP that the callers send. The relay rewrites the SSRC (and changes it after a failover), so
// what identifies a packet travels in the payload.

import { randomInt } from 'node:crypto';

const RTP_VERSION_2 = 0x80;
const PAYLOAD_TYPE_PCMU = 0;
const HEADER_BYTES = 12;
const MARK = 0x686f6c64;
const STAMP_BYTES = 12;
/** One millisecond of PCMU at 8 kHz. */
const BYTES_PER_MS = 8;
/** A party that keeps silent for longer sends a packet like any other after it. */
const VOICE_MS_MAX = 20;

export interface PacketStamp {
  readonly stream: number;
  readonly sequence: number;
}

/** Writes the packets of one stream. */
export class PacketWriter {
  readonly #packet: Buffer;
  readonly #samples: number;

  constructor(stream: number, intervalMs: number) {
    this.#samples = intervalMs * BYTES_PER_MS;
    const voiceBytes = Math.min(intervalMs, VOICE_MS_MAX) * BYTES_PER_MS;
    this.#packet = Buffer.alloc(HEADER_BYTES + Math.max(STAMP_BYTES, voiceBytes), 0xff);
    this.#packet.writeUInt8(RTP_VERSION_2, 0);
    this.#packet.writeUInt8(PAYLOAD_TYPE_PCMU, 1);
    this.#packet.writeUInt32BE(randomInt(2 ** 32), 8);
    this.#packet.writeUInt32BE(MARK, HEADER_BYTES);
    this.#packet.writeUInt32BE(stream, HEADER_BYTES + 4);
  }

  write(sequence: number): Buffer {
    this.#packet.writeUInt16BE(sequence % 2 ** 16, 2);
    this.#packet.writeUInt32BE((sequence * this.#samples) % 2 ** 32, 4);
    this.#packet.writeUInt32BE(sequence, HEADER_BYTES + 8);
    // A copy: a packet that the kernel does not take at once is still to be sent later.
    return Buffer.from(this.#packet);
  }
}

/** Whose packet this is, or undefined when no caller of this drill sent it. */
export function readStamp(packet: Buffer): PacketStamp | undefined {
  if (
    packet.length < HEADER_BYTES + STAMP_BYTES ||
    (packet[0] ?? 0) >> 6 !== 2 ||
    packet.readUInt32BE(HEADER_BYTES) !== MARK
  ) {
    return undefined;
  }
  return {
    stream: packet.readUInt32BE(HEADER_BYTES + 4),
    sequence: packet.readUInt32BE(HEADER_BYTES + 8),
  };
}
