// As much of SDP as a call with one audio stream needs.

import { isIPv6 } from 'node:net';

import { DrillError } from '../errors.js';

export interface MediaAddress {
  readonly host: string;
  readonly port: number;
}

export function writeSdp(media: MediaAddress, intervalMs: number): string {
  const family = isIPv6(media.host) ? 'IP6' : 'IP4';
  const lines = [
    'v=0',
    `o=- 1 1 IN ${family} ${media.host}`,
    's=drill',
    `c=IN ${family} ${media.host}`,
    't=0 0',
    `m=audio ${media.port} RTP/AVP 0`,
    'a=rtpmap:0 PCMU/8000',
    `a=ptime:${intervalMs}`,
    'a=sendrecv',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** Where the other side wants its media. */
export function readSdp(sdp: string): MediaAddress {
  const host = /^c=IN IP[46] (\S+)/m.exec(sdp)?.[1];
  const port = Number(/^m=audio (\d+) /m.exec(sdp)?.[1]);
  if (host === undefined || !(port > 0)) {
    const got = JSON.stringify(sdp.slice(0, 300));
    throw new DrillError('reply-unexpected', `expected an SDP with c= and m=audio, got ${got}`);
  }
  return { host, port };
}
