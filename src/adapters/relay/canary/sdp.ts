// As much of SDP as a call with one audio stream needs.

import { isIPv6 } from 'node:net';

export interface MediaAddress {
  readonly host: string;
  readonly port: number;
}

const PORT_MAX = 65_535;

export function writeSdp({ host, port }: MediaAddress): string {
  const family = isIPv6(host) ? 'IP6' : 'IP4';
  const lines = [
    'v=0',
    `o=holdline 1 1 IN ${family} ${host}`,
    's=canary',
    `c=IN ${family} ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    'a=ptime:20',
    'a=sendrecv',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** Where the relay wants the media of this SDP, or undefined when it does not say. */
export function readSdp(sdp: string): MediaAddress | undefined {
  const host = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1];
  const port = Number(/^m=audio (\d{1,5}) /m.exec(sdp)?.[1]);
  return host !== undefined && port > 0 && port <= PORT_MAX ? { host, port } : undefined;
}
