// Knocks at every door that a configuration names: does anybody open? Says nothing about what is
// behind it; that is the running sidecar's to find out.

import { connect, type NetConnectOpts } from 'node:net';

import { withDeadline } from '../async/deadline.js';
import type { Config, HostPort } from '../config/config.js';

const KNOCK_MS_MAX = 2000;

interface Door {
  readonly what: string;
  readonly where: string;
  readonly target: NetConnectOpts;
}

export interface Knock {
  readonly what: string;
  readonly where: string;
  /** Why nobody opened, or null when somebody did. */
  readonly fault: string | null;
}

/** Knocks at all doors at once. The ng port is UDP, where silence proves nothing, and left out. */
export function knock(config: Config): Promise<readonly Knock[]> {
  return Promise.all(doorsOf(config).map(knockAt));
}

/** A packet for a VIP that is not on the host is turned away, whatever the relay is like. */
export async function findVips(
  { vips }: Config,
  addressesNotHere: (
    addresses: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly string[]>,
): Promise<readonly Knock[]> {
  const places = vips.flatMap(({ name, prefixes }) =>
    prefixes.map((prefix) => ({ name, address: prefix.slice(0, prefix.indexOf('/')) })),
  );
  const addresses = places.map(({ address }) => address);
  const missing = await addressesNotHere(addresses, new AbortController().signal);
  return places.map(({ name, address }) => ({
    what: `VIP ${name}`,
    where: address,
    fault: missing.includes(address) ? 'it is on no interface of this host' : null,
  }));
}

function doorsOf({ relay, redis, bgp }: Config): readonly Door[] {
  const tcp: readonly (readonly [string, HostPort | undefined])[] = [
    ['relay (hold-open)', relay.holdOpen],
    ['relay (tcp)', relay.tcp],
    ['Redis primary', redis?.primary],
    ['Redis replica', redis?.replica],
  ];
  const url = relay.url === undefined ? [] : [urlDoor(relay.url)];
  const doors = tcp.flatMap(([what, at]) => (at === undefined ? [] : [tcpDoor(what, at)]));
  return [...url, ...doors, ...birdDoor(bgp.bird?.socketPath), ...gobgpDoor(bgp.gobgp?.address)];
}

function tcpDoor(what: string, { host, port }: HostPort): Door {
  return { what, where: `${host} port ${port}`, target: { host, port } };
}

function urlDoor(text: string): Door {
  const { hostname, port, protocol } = new URL(text);
  const standard = protocol === 'https:' ? 443 : 80;
  const host = hostname.replace(/^\[|\]$/g, '');
  return tcpDoor('relay (http)', { host, port: port === '' ? standard : Number(port) });
}

function birdDoor(path: string | undefined): readonly Door[] {
  return path === undefined ? [] : [{ what: 'BIRD', where: path, target: { path } }];
}

function gobgpDoor(address: string | undefined): readonly Door[] {
  if (address === undefined) {
    return [];
  }
  const scheme = 'unix://';
  if (address.startsWith(scheme)) {
    const path = address.slice(scheme.length);
    return [{ what: 'GoBGP', where: path, target: { path } }];
  }
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return [tcpDoor('GoBGP', { host, port: Number(address.slice(colon + 1)) })];
}

async function knockAt({ what, where, target }: Door): Promise<Knock> {
  try {
    await withDeadline(KNOCK_MS_MAX, new AbortController().signal, (signal) =>
      opens(target, signal),
    );
    return { what, where, fault: null };
  } catch (error) {
    return { what, where, fault: error instanceof Error ? error.message : String(error) };
  }
}

function opens(target: NetConnectOpts, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(target);
    const leave = (): void => {
      socket.destroy();
      signal.removeEventListener('abort', leave);
    };
    signal.addEventListener('abort', leave);
    socket.once('connect', () => {
      leave();
      resolve();
    });
    socket.once('error', (error) => {
      leave();
      reject(error);
    });
  });
}
