// A call as `query` and `delete` tell it: rtpengine's shape, and loss and jitter besides.

import type { NgDict } from '../../ng/bencode.js';
import type { Call } from '../call/call.js';
import type { Endpoint, SideIndex, SideRecord } from '../call/record.js';
import type { MediaPort } from '../media/media-port.js';
import { familyOf } from '../sdp/address.js';

const MS_PER_SECOND = 1_000;
const US_PER_MS = 1_000;

export function describeCall(call: Call): NgDict {
  const { createdAtMs, signalledAtMs } = call.record;
  return {
    created: Math.floor(createdAtMs / MS_PER_SECOND),
    created_us: (createdAtMs % MS_PER_SECOND) * US_PER_MS,
    'last signal': Math.floor(signalledAtMs / MS_PER_SECOND),
    held: call.holder.kind,
    tags: Object.fromEntries([...describeParty(call, 0), ...describeParty(call, 1)]),
    totals: { RTP: totalsOf(call, 'rtp'), RTCP: totalsOf(call, 'rtcp') },
  };
}

/** Every tag of a forked call names the same party. */
function describeParty(call: Call, side: SideIndex): readonly (readonly [string, NgDict])[] {
  const { parties, createdAtMs } = call.record;
  const other = parties[side === 0 ? 1 : 0].tags.at(-1);
  const medias = call.record.media.flatMap((media, index) => {
    const ports = call.media[index]?.sides[side];
    if (media === null || ports === undefined) {
      return [];
    }
    const record = media.sides[side];
    const streams = [
      describePort(ports.rtp, record.told?.rtp ?? null, 'RTP'),
      describePort(ports.rtcp, record.told?.rtcp ?? null, 'RTCP'),
    ];
    const { kind: type, protocol } = media;
    return [{ index: index + 1, type, protocol, streams, flags: flagsOf(record) }];
  });
  const created = Math.floor(createdAtMs / MS_PER_SECOND);
  const peer = other === undefined ? {} : { 'in dialogue with': other };
  return parties[side].tags.map((tag) => [tag, { tag, created, ...peer, medias }] as const);
}

function flagsOf({ rtcpMux, onHold, asymmetric }: SideRecord): readonly string[] {
  return [
    ...(rtcpMux ? ['rtcp-mux'] : []),
    ...(onHold ? ['on hold'] : []),
    ...(asymmetric ? ['asymmetric'] : []),
  ];
}

function describePort(port: MediaPort, told: Endpoint | null, kind: 'RTP' | 'RTCP'): NgDict {
  const { counters, drops, local } = port;
  const endpoint = port.learned ?? told;
  return {
    'local port': local.port,
    'local address': local.host,
    family: nameOfFamily(local.host),
    ...(endpoint === null ? {} : { endpoint: describeEndpoint(endpoint) }),
    ...(told === null ? {} : { 'advertised endpoint': describeEndpoint(told) }),
    'last packet': epochSecondsOf(counters.lastPacketAtMs),
    flags: [kind, ...(port.learned === null ? [] : ['confirmed'])],
    ...(counters.ssrc === 0 ? {} : { SSRC: counters.ssrc }),
    stats: {
      packets: counters.packets,
      bytes: counters.bytes,
      errors: drops.malformed + drops.stranger + drops.homeless + drops.congested,
      lost: counters.lost,
      jitter_us: Math.round(counters.jitterMs * US_PER_MS),
      ...drops,
    },
  };
}

function totalsOf(call: Call, kind: 'rtp' | 'rtcp'): NgDict {
  const ports = call.media.flatMap((pair) => pair?.sides.map((side) => side[kind]) ?? []);
  const sum = (count: (port: MediaPort) => number): number =>
    ports.reduce((total, port) => total + count(port), 0);
  return {
    packets: sum(({ counters }) => counters.packets),
    bytes: sum(({ counters }) => counters.bytes),
    errors: sum(({ drops }) => drops.malformed + drops.stranger + drops.homeless + drops.congested),
    lost: sum(({ counters }) => counters.lost),
  };
}

function describeEndpoint({ host, port }: Endpoint): NgDict {
  return { family: nameOfFamily(host), address: host, port };
}

function nameOfFamily(host: string): string {
  return familyOf(host) === 6 ? 'IPv6' : 'IPv4';
}

function epochSecondsOf(atMs: number): number {
  return atMs === 0 ? 0 : Math.floor((performance.timeOrigin + atMs) / MS_PER_SECOND);
}
