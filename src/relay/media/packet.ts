// What the relay reads of a packet: its first bytes, and those only as far as they are there.

const RTP_HEADER_BYTES = 12;
const RTCP_HEADER_BYTES = 8;
const VERSION_2 = 2;
/** RFC 5761: on a shared port these payload types are RTCP packet types, without their top bit. */
const RTCP_TYPE_MIN = 64;
const RTCP_TYPE_MAX = 95;
const PAYLOAD_TYPE_MASK = 0x7f;

type PacketKind = 'rtp' | 'rtcp' | 'neither';

/** STUN, DTLS and anything else that is no RTP of version 2 is `neither`. */
export function kindOf(packet: Buffer): PacketKind {
  const [first = 0, second = 0] = [packet[0], packet[1]];
  if (first >> 6 !== VERSION_2 || packet.length < RTCP_HEADER_BYTES) {
    return 'neither';
  }
  const type = second & PAYLOAD_TYPE_MASK;
  if (type >= RTCP_TYPE_MIN && type <= RTCP_TYPE_MAX) {
    return 'rtcp';
  }
  return packet.length < RTP_HEADER_BYTES ? 'neither' : 'rtp';
}

/** The sender's SSRC; RTP and RTCP carry it in different places. */
export function ssrcOf(packet: Buffer, kind: 'rtp' | 'rtcp'): number {
  return packet.readUInt32BE(kind === 'rtp' ? 8 : 4);
}

export function payloadTypeOf(packet: Buffer): number {
  return (packet[1] ?? 0) & PAYLOAD_TYPE_MASK;
}
