// Cables, addresses and routes of the lab.

import { DrillError } from '../errors.js';

import { LINKS, RELAYS, VIPS, type HostName, type Link } from './addresses.js';
import type { Host } from './host.js';

export type Hosts = Readonly<Record<HostName, Host>>;

/** Connects every host to the router and gives it its addresses; relays get the VIPs on `lo`. */
export async function connectHosts(hosts: Hosts, signal: AbortSignal): Promise<void> {
  await hosts.router.run(['sh', '-ec', ROUTER_SETTINGS], signal);
  for (const link of LINKS) {
    await connect(hosts, link, signal);
  }
  for (const relay of RELAYS) {
    await hosts[relay].run(['sh', '-ec', vipCommands()], signal);
  }
}

/**
 * Reverse-path filtering stays off: while a route changes over, packets that the old relay has
 * already sent would otherwise be dropped, and a planned move would lose them.
 */
const ROUTER_SETTINGS = `
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter`;

async function connect(hosts: Hosts, link: Link, signal: AbortSignal): Promise<void> {
  const host = hosts[link.host];
  const { port } = link;
  const routerEnd = [
    `ip link add ${port} type veth peer name eth0 netns ${host.pid}`,
    `ip address add ${link.router4}/24 dev ${port}`,
    `ip -6 address add ${link.router6}/64 dev ${port} nodad`,
    `ip link set ${port} up`,
    ...acknowledgeAtOnce(link),
  ];
  const hostEnd = [
    `ip address add ${link.host4}/24 dev eth0`,
    `ip -6 address add ${link.host6}/64 dev eth0 nodad`,
    'ip link set eth0 up',
    `ip route add default via ${link.router4}`,
    `ip -6 route add default via ${link.router6}`,
  ];
  await hosts.router.run(['sh', '-ec', routerEnd.join('\n')], signal);
  await host.run(['sh', '-ec', hostEnd.join('\n')], signal);
  await keepNeighboursKnown(hosts, link, signal);
}

/**
 * BIRD 2.0 sends BGP with Nagle's algorithm: the second UPDATE of a burst (the IPv6 prefixes, say)
 * waits for the acknowledgement of the first, which a router may delay by 40 ms. Seen in 3 of 20
 * failovers, and in 0 of 24 with a router that acknowledges at once.
 */
function acknowledgeAtOnce({ host, port, router4, net4 }: Link): readonly string[] {
  return RELAYS.some((relay) => relay === host)
    ? [`ip route change ${net4} dev ${port} proto kernel scope link src ${router4} quickack 1`]
    : [];
}

/**
 * A cold neighbour entry once cost 114 ms of a failover. Between a router and its relays BFD and
 * BGP keep it warm; here it is fixed, so that the first packet never waits for it.
 */
async function keepNeighboursKnown(hosts: Hosts, link: Link, signal: AbortSignal): Promise<void> {
  const host = hosts[link.host];
  const hostMac = await macAddress(host, 'eth0', signal);
  const routerMac = await macAddress(hosts.router, link.port, signal);
  const routerEnd = [
    `ip neighbour replace ${link.host4} lladdr ${hostMac} nud permanent dev ${link.port}`,
    `ip neighbour replace ${link.host6} lladdr ${hostMac} nud permanent dev ${link.port}`,
  ];
  const hostEnd = [
    `ip neighbour replace ${link.router4} lladdr ${routerMac} nud permanent dev eth0`,
    `ip neighbour replace ${link.router6} lladdr ${routerMac} nud permanent dev eth0`,
  ];
  await hosts.router.run(['sh', '-ec', routerEnd.join('\n')], signal);
  await host.run(['sh', '-ec', hostEnd.join('\n')], signal);
}

/** Asked of `ip`: /sys still shows the devices of the namespace that it was mounted in. */
async function macAddress(host: Host, device: string, signal: AbortSignal): Promise<string> {
  const said = await host.run(['ip', '-oneline', 'link', 'show', 'dev', device], signal);
  const found = /link\/ether ([0-9a-f:]{17})/.exec(said)?.[1];
  if (found === undefined) {
    throw new DrillError('reply-unexpected', `expected the MAC address of ${device}, got: ${said}`);
  }
  return found;
}

function vipCommands(): string {
  return VIPS.flatMap((vip) => [
    `ip address add ${vip.ipv4}/32 dev lo`,
    `ip -6 address add ${vip.ipv6}/128 dev lo nodad`,
  ]).join('\n');
}
