// Readers for addresses, ports and prefixes. Addresses come out in canonical form, so that what a
// daemon reports can be compared as text.

import ipaddr from 'ipaddr.js';

import type { HostPort } from './config.js';
import { isSocketPath, text } from '../yaml/scalars.js';
import type { Reader } from '../yaml/readers.js';

const PORT_MAX = 65_535;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]{1,63})*$/i;

/** Ranges in which no relay can be reached by its callers. */
const RANGES_REFUSED: ReadonlySet<string> = new Set([
  'unspecified',
  'broadcast',
  'multicast',
  'linkLocal',
  'loopback',
  'ipv4Mapped',
]);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Strict where ipaddr.js is kind: `10.1`, `0x0a.0.0.1` and zone suffixes are refused. */
function parseAddress(value: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(value)) {
    return ipaddr.IPv4.parse(value);
  }
  const maybe = value.includes(':') && !value.includes('%') && ipaddr.IPv6.isValid(value);
  return maybe ? ipaddr.IPv6.parse(value) : undefined;
}

function canonical(address: Address): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

export function isIpv6(addressOrPrefix: string): boolean {
  return addressOrPrefix.includes(':');
}

function addressIn(value: string, family?: 'ipv4' | 'ipv6'): string | undefined {
  const address = parseAddress(value);
  return address === undefined || (family !== undefined && address.kind() !== family)
    ? undefined
    : canonical(address);
}

export const address: Reader<string> = text('an IPv4 or IPv6 address', (value) => addressIn(value));
export const addressIpv4: Reader<string> = text('an IPv4 address', (value) =>
  addressIn(value, 'ipv4'),
);
export const addressIpv6: Reader<string> = text('an IPv6 address', (value) =>
  addressIn(value, 'ipv6'),
);

/** A relay address as a host route: shorter prefixes would draw traffic for other hosts. */
export const hostPrefix: Reader<string> = text(
  'a unicast host route such as 10.99.0.1/32 or 2001:db8::1/128',
  (value) => {
    const [host = '', length, ...rest] = value.split('/');
    const parsed = parseAddress(host);
    if (parsed === undefined || rest.length > 0 || RANGES_REFUSED.has(parsed.range())) {
      return undefined;
    }
    const bits = parsed.kind() === 'ipv6' ? '128' : '32';
    return length === bits ? `${canonical(parsed)}/${bits}` : undefined;
  },
);

/** `udp://ADDRESS:PORT` or `tcp://ADDRESS:PORT`; an address, since a probe must not wait for DNS. */
export function endpoint(scheme: 'udp' | 'tcp'): Reader<HostPort> {
  return text(`${scheme}://ADDRESS:PORT`, (value) => {
    const prefix = `${scheme}://`;
    return value.startsWith(prefix) ? parseHostPort(value.slice(prefix.length)) : undefined;
  });
}

export const listenAddress: Reader<HostPort> = text('ADDRESS:PORT', parseHostPort);

/** gRPC over a Unix socket or TCP. */
export const grpcAddress: Reader<string> = text('unix:///PATH/OF/SOCKET or HOST:PORT', (value) => {
  const scheme = 'unix://';
  if (value.startsWith(scheme)) {
    return isSocketPath(value.slice(scheme.length)) ? value : undefined;
  }
  return parseNamedHostPort(value) === undefined ? undefined : value;
});

export const httpUrl: Reader<string> = text(
  'http://HOST:PORT/PATH (or https) without a user or password',
  (value) => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const plain = url?.username === '' && url.password === '' && /^https?:$/.test(url.protocol);
    return plain ? value : undefined;
  },
);

function parseHostPort(value: string): HostPort | undefined {
  const parts = splitHostPort(value);
  const host = parts === undefined ? undefined : addressIn(parts.host);
  return parts === undefined || host === undefined ? undefined : { host, port: parts.port };
}

/** As `parseHostPort`, and a host name is good too. */
export function parseNamedHostPort(value: string): HostPort | undefined {
  const parts = splitHostPort(value);
  if (parts === undefined) {
    return undefined;
  }
  const numeric = addressIn(parts.host);
  // What looks like an address and is none ("10.1.2.300") is no host name either.
  const named = HOST_NAME.test(parts.host) && !/^[\d.]+$/.test(parts.host);
  const host = numeric ?? (named ? parts.host : undefined);
  return host === undefined ? undefined : { host, port: parts.port };
}

function splitHostPort(value: string): HostPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host !== undefined && port >= 1 && port <= PORT_MAX ? { host, port } : undefined;
}
