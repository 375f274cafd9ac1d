// Knocks at every door that a configuration names: does anybody open? Redis is asked for all that
// will be needed of it, and an ng relay for a pong; of the others, what is behind the door is the
// running sidecar's to find out.

import { connect, type NetConnectOpts } from 'node:net';

import { withDeadline } from '../async/deadline.js';
import type { Config, HostPort } from '../config/config.js';
import { createNgClient } from '../ng/client.js';
import { sayDanger } from '../runtime/relay-settings/dangers.js';
import { addressesNotHere, inspectRedis, inspectRelay } from './compose.js';

const KNOCK_MS_MAX = 2000;
const REPLY_SHOWN_MAX = 100;

interface Door {
  readonly what: string;
  readonly where: string;
  readonly target: NetConnectOpts;
}

export interface Knock {
  readonly what: string;
  readonly where: string;
  /** What stands in the way, or null when all is well. */
  readonly fault: string | null;
  /** What works and is better changed. */
  readonly warnings: readonly string[];
}

/** Knocks at all doors at once. */
export async function knock(config: Config): Promise<readonly Knock[]> {
  const never = new AbortController().signal;
  const { redis } = config;
  const found = await Promise.all([
    Promise.all(doorsOf(config).map(knockAt)),
    config.relay.ng === undefined ? [] : pingRelay(config.relay.ng),
    settingsOf(config, never),
    redis === undefined ? [] : inspectRedis(redis, never),
    findVips(config, never),
  ]);
  return found.flat();
}

/** A packet for a VIP that is not on the host is turned away, whatever the relay is like. */
async function findVips({ vips, relay }: Config, signal: AbortSignal): Promise<readonly Knock[]> {
  if (!relay.degraded.vipMissing) {
    return [];
  }
  const places = vips.flatMap(({ name, prefixes }) =>
    prefixes.map((prefix) => ({ name, address: prefix.slice(0, prefix.indexOf('/')) })),
  );
  const missing = await addressesNotHere(
    places.map(({ address }) => address),
    signal,
  );
  return places.map(({ name, address }) => ({
    what: `VIP ${name}`,
    where: address,
    fault: missing.includes(address) ? 'it is on no interface of this host' : null,
    warnings: [],
  }));
}

/** A relay that does not tell its settings is nothing to complain of beyond a warning. */
async function settingsOf(config: Config, signal: AbortSignal): Promise<readonly Knock[]> {
  const { cli } = config.relay;
  const warnings = await inspectRelay(config, signal).then(
    (dangers) => dangers?.map(sayDanger),
    (error: unknown) => [`its settings are not known: ${String(error)}`],
  );
  return warnings === undefined || cli === undefined
    ? []
    : [{ what: 'relay settings', where: `${cli.host} port ${cli.port}`, fault: null, warnings }];
}

/** Nobody need listen at a UDP port for it to take a packet: only a pong says that all is well. */
async function pingRelay(at: HostPort): Promise<Knock> {
  const client = createNgClient(at);
  const door = { what: 'relay (ng)', where: `${at.host} port ${at.port}`, warnings: [] };
  try {
    const reply = await client.request({ command: 'ping' }, { deadlineMs: KNOCK_MS_MAX });
    const pong = reply['result'] === 'pong';
    return {
      ...door,
      fault: pong ? null : `expected pong, got ${JSON.stringify(reply).slice(0, REPLY_SHOWN_MAX)}`,
    };
  } catch (error) {
    return { ...door, fault: error instanceof Error ? error.message : String(error) };
  } finally {
    client.close();
  }
}

function doorsOf({ relay, bgp }: Config): readonly Door[] {
  const tcp: readonly (readonly [string, HostPort | undefined])[] = [
    ['relay (hold-open)', relay.holdOpen],
    ['relay (tcp)', relay.tcp],
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
    return { what, where, fault: null, warnings: [] };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { what, where, fault, warnings: [] };
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
