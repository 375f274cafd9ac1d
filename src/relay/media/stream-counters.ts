// What came in on one port, after RFC 3550 (A.1 sequence numbers, A.8 jitter) but with room for
// telephones that start a new stream on the same SSRC.

import { payloadTypeOf } from './packet.js';

/** RFC 3550's MAX_DROPOUT: a larger jump is a new stream and not three thousand lost packets. */
const JUMP_MAX = 3_000;
const SEQUENCE_SPACE = 65_536;
const HALF_SEQUENCE_SPACE = 32_768;
const JITTER_GAIN = 16;
const NO_CLOCK: Readonly<Record<string, number>> = {};

export class StreamCounters {
  packets = 0;
  bytes = 0;
  ssrc = 0;
  jitterMs = 0;
  /** On the clock of `performance.now()`; 0 before the first packet. */
  lastPacketAtMs = 0;
  clockRatesHz = NO_CLOCK;
  #highest = -1;
  #expected = 0;
  #received = 0;
  #lostBefore = 0;
  #timestamp = 0;
  #payloadType = -1;

  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#received);
  }

  countRtcp(packet: Buffer, nowMs: number): void {
    this.packets += 1;
    this.bytes += packet.length;
    this.lastPacketAtMs = nowMs;
  }

  countRtp(packet: Buffer, nowMs: number): void {
    const ssrc = packet.readUInt32BE(8);
    this.#countSequence(packet.readUInt16BE(2), ssrc);
    this.#measureJitter(packet, nowMs);
    this.ssrc = ssrc;
    this.packets += 1;
    this.bytes += packet.length;
    this.lastPacketAtMs = nowMs;
  }

  #countSequence(sequence: number, ssrc: number): void {
    const ahead = (sequence - this.#highest + SEQUENCE_SPACE) % SEQUENCE_SPACE;
    const behind = ahead > HALF_SEQUENCE_SPACE;
    const jumped = behind ? SEQUENCE_SPACE - ahead > JUMP_MAX : ahead > JUMP_MAX;
    if (this.#highest === -1 || ssrc !== this.ssrc || jumped) {
      this.#beginStream(sequence);
    } else if (ahead > 0 && !behind) {
      this.#expected += ahead;
      this.#highest = sequence;
      this.#received += 1;
    } else {
      // Late or twice; a late one makes up for the gap that it left.
      this.#received += 1;
    }
  }

  #beginStream(sequence: number): void {
    this.#lostBefore = this.lost;
    this.#highest = sequence;
    this.#expected = 1;
    this.#received = 1;
    this.#payloadType = -1;
  }

  #measureJitter(packet: Buffer, nowMs: number): void {
    const timestamp = packet.readUInt32BE(4);
    const payloadType = payloadTypeOf(packet);
    const rateHz = this.clockRatesHz[payloadType];
    if (payloadType === this.#payloadType && rateHz !== undefined) {
      const sentMs = (((timestamp - this.#timestamp) | 0) * 1_000) / rateHz;
      const difference = Math.abs(nowMs - this.lastPacketAtMs - sentMs);
      this.jitterMs += (difference - this.jitterMs) / JITTER_GAIN;
    }
    this.#timestamp = timestamp;
    this.#payloadType = payloadType;
  }
}
