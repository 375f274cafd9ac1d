// What the relay has to know of one m= section, and what makes it say no.

import type { PortPair } from '../call/record.js';
import { RelayError } from '../errors.js';
import { canonicalAddress, isUnspecified } from './address.js';
import type { SdpMedia } from './session.js';

export interface MediaFacts {
  readonly told: PortPair;
  readonly rtcpMux: boolean;
  readonly onHold: boolean;
  readonly clockRatesHz: Readonly<Record<string, number>>;
}

const KINDS: readonly string[] = ['audio', 'video'];
const PROTOCOLS: readonly string[] = ['RTP/AVP', 'RTP/AVPF'];
const SECURE = /SAVPF?$/;
/** The port that trickle ICE writes when it has no candidate yet (RFC 8840). */
const DISCARD_PORT = 9;
const PORT_MAX = 65_535;

/** RFC 3551: the payload types that need no a=rtpmap. */
const STATIC_CLOCK_RATES_HZ: Readonly<Record<string, number>> = {
  ...Object.fromEntries([0, 3, 4, 5, 7, 8, 9, 12, 13, 15, 18].map((type) => [type, 8_000])),
  ...Object.fromEntries([25, 26, 28, 31, 32, 33, 34].map((type) => [type, 90_000])),
  6: 16_000,
  10: 44_100,
  11: 44_100,
};

/** False for a stream that is refused already, and for one of a kind that is not relayed. */
export function isRelayed({ kind, protocol, port }: SdpMedia): boolean {
  return port !== 0 && KINDS.includes(kind) && PROTOCOLS.includes(protocol);
}

/** Throws RelayError `unsupported` for what this relay would break if it tried. */
export function refuseUnsupported(media: SdpMedia): void {
  if (media.port === 0) {
    return;
  }
  if (SECURE.test(media.protocol)) {
    const what = `SRTP is not supported (m=${media.kind} ${media.protocol})`;
    throw new RelayError('unsupported', `${what}; offer RTP/AVP`);
  }
  const nowhere = media.port === DISCARD_PORT || isUnspecified(media.host);
  if (nowhere && valueOf(media, 'candidate') !== undefined) {
    const what = `m=${media.kind} can be reached over ICE only, which is not supported`;
    throw new RelayError('unsupported', `${what}; offer an address and a port`);
  }
}

/** `sourceHost` stands in for the address in the SDP when the proxy says so. */
export function factsOf(
  media: SdpMedia,
  session: readonly string[],
  sourceHost: string | undefined,
): MediaFacts {
  const host = isUnspecified(media.host) ? media.host : (sourceHost ?? media.host);
  return {
    told: { rtp: { host, port: media.port }, rtcp: rtcpOf(media, host, sourceHost) },
    rtcpMux: valueOf(media, 'rtcp-mux') !== undefined,
    onHold: isUnspecified(host) || !isBothWays(media, session),
    clockRatesHz: clockRatesOf(media),
  };
}

function rtcpOf(
  media: SdpMedia,
  host: string,
  sourceHost: string | undefined,
): { readonly host: string; readonly port: number } {
  const [digits = '', , , address = ''] = (valueOf(media, 'rtcp') ?? '').split(' ');
  const said = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  const port = said > 0 && said <= PORT_MAX ? said : Math.min(media.port + 1, PORT_MAX);
  return { host: sourceHost ?? canonicalAddress(address) ?? host, port };
}

function isBothWays({ lines }: SdpMedia, session: readonly string[]): boolean {
  const direction = [...lines, ...session].find((line) =>
    /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line),
  );
  return direction === undefined || direction === 'a=sendrecv';
}

function clockRatesOf({ lines }: SdpMedia): Readonly<Record<string, number>> {
  const rates = { ...STATIC_CLOCK_RATES_HZ };
  for (const line of lines) {
    const [, type, rateHz] = /^a=rtpmap:(\d{1,3}) [^/\s]+\/(\d{1,6})/.exec(line) ?? [];
    if (type !== undefined && Number(rateHz) > 0) {
      rates[type] = Number(rateHz);
    }
  }
  return rates;
}

/** The value of an a= line, empty when it has none; undefined when there is no such line. */
function valueOf({ lines }: SdpMedia, name: string): string | undefined {
  const line = lines.find((each) => each === `a=${name}` || each.startsWith(`a=${name}:`));
  return line?.slice(`a=${name}:`.length);
}
