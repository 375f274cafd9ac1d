// Reads what dumpcap wrote: the classic pcap format, Ethernet frames. Only what the drill asks:
// when did a packet for this address come.

import { isIPv6 } from 'node:net';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const ETHERNET_BYTES = 14;
const UDP = 17;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;

export interface CapturedPacket {
  readonly atMs: number;
  readonly destination: string;
  /** `SOURCE-PORT>DESTINATION-PORT` of UDP over IPv4; undefined for everything else. */
  readonly ports: string | undefined;
}

/** Every IP packet of the file. A record that was cut off while being written ends it. */
export function readPcap(file: Buffer): readonly CapturedPacket[] {
  if (file.length < FILE_HEADER_BYTES) {
    return [];
  }
  const unitsPerMs = unitsPerMillisecond(file.readUInt32LE(0));
  const packets: CapturedPacket[] = [];
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= file.length) {
    const length = file.readUInt32LE(at + 8);
    const frame = file.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + length);
    const destination = frame.length === length ? destinationOf(frame) : undefined;
    if (destination !== undefined) {
      const atMs = file.readUInt32LE(at) * 1_000 + file.readUInt32LE(at + 4) / unitsPerMs;
      packets.push({ atMs, destination, ports: portsOf(frame) });
    }
    at += RECORD_HEADER_BYTES + length;
  }
  return packets;
}

function unitsPerMillisecond(magic: number): number {
  switch (magic) {
    case MAGIC_MICROSECONDS:
      return 1_000;
    case MAGIC_NANOSECONDS:
      return 1_000_000;
    default:
      throw new RangeError(`expected a pcap file, got one that begins with ${magic.toString(16)}`);
  }
}

function destinationOf(frame: Buffer): string | undefined {
  const etherType = frame.length >= 14 ? frame.readUInt16BE(12) : 0;
  if (etherType === ETHERTYPE_IPV4 && frame.length >= 34) {
    return [...frame.subarray(30, 34)].join('.');
  }
  if (etherType === ETHERTYPE_IPV6 && frame.length >= 54) {
    return frame.subarray(38, 54).toString('hex');
  }
  return undefined;
}

function portsOf(frame: Buffer): string | undefined {
  const udp = frame.length >= 38 && frame.readUInt16BE(12) === ETHERTYPE_IPV4 && frame[23] === UDP;
  const at = ETHERNET_BYTES + ((frame[ETHERNET_BYTES] ?? 0) & 0x0f) * 4;
  return udp && frame.length >= at + 4
    ? `${frame.readUInt16BE(at)}>${frame.readUInt16BE(at + 2)}`
    : undefined;
}

/** An IPv6 address as 32 hexadecimal digits, an IPv4 address as it is: comparable with `destination`. */
export function comparable(address: string): string {
  if (!isIPv6(address)) {
    return address;
  }
  const [head = '', tail = ''] = address.split('::');
  const left = head.split(':').filter((part) => part !== '');
  const right = tail.split(':').filter((part) => part !== '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((part) => part.padStart(4, '0')).join('');
}
