// The plan of the lab's network. The files in gobgp-config/ hold the same addresses, because a
// daemon reads them there; test/drill/lab/addresses.test.ts compares the two.

export type HostName = 'router' | 'caller' | 'store' | 'relay-a' | 'relay-b';
export type RelayName = 'relay-a' | 'relay-b';
export type VipName = 'a' | 'b';

export const RELAYS: readonly RelayName[] = ['relay-a', 'relay-b'];

/** One cable from the router to a host; `port` is the name of the router's end. */
export interface Link {
  readonly host: Exclude<HostName, 'router'>;
  readonly port: string;
  readonly net4: string;
  readonly router4: string;
  readonly host4: string;
  readonly router6: string;
  readonly host6: string;
}

export const LINKS: readonly Link[] = [
  link('caller', 0),
  link('relay-a', 1),
  link('relay-b', 2),
  link('store', 3),
];

export interface LabVip {
  readonly name: VipName;
  readonly home: RelayName;
  readonly ipv4: string;
  readonly ipv6: string;
  /** The rtpengine interface that binds this VIP on both relays. */
  readonly interfaceName: string;
  /** The Redis database that holds the sessions of the home relay. */
  readonly database: number;
}

export const VIPS: readonly LabVip[] = [
  vip({ name: 'a', home: 'relay-a', number: 1 }),
  vip({ name: 'b', home: 'relay-b', number: 2 }),
];

export const NG_PORT = 2223;
export const CLI_PORT = 9900;
export const REDIS_PORT = 6379;

function link(host: Link['host'], net: number): Link {
  return {
    host,
    port: host,
    net4: `10.0.${net}.0/24`,
    router4: `10.0.${net}.1`,
    host4: `10.0.${net}.2`,
    router6: `fd00:0:0:${net}::1`,
    host6: `fd00:0:0:${net}::2`,
  };
}

function vip(given: { name: VipName; home: RelayName; number: number }): LabVip {
  return {
    name: given.name,
    home: given.home,
    ipv4: `10.99.0.${given.number}`,
    ipv6: `2001:db8:99::${given.number}`,
    interfaceName: `v${given.number}`,
    database: given.number,
  };
}

export function linkOf(host: Link['host']): Link {
  return find(LINKS, (each) => each.host === host, host);
}

export function vipNamed(name: VipName): LabVip {
  return find(VIPS, (each) => each.name === name, name);
}

export function vipOfHome(relay: RelayName): LabVip {
  return find(VIPS, (each) => each.home === relay, relay);
}

export function otherRelay(relay: RelayName): RelayName {
  return relay === 'relay-a' ? 'relay-b' : 'relay-a';
}

function find<T>(items: readonly T[], matches: (item: T) => boolean, name: string): T {
  const found = items.find(matches);
  if (found === undefined) {
    throw new Error(`the lab has no ${name}`);
  }
  return found;
}
