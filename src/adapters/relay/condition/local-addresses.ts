// Which of some addresses are not on this host?

import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

import { withDeadline } from '../../../async/deadline.js';
import { VIP_ROUTE_MS_MAX } from '../../../domain/budget.js';

/** Connecting a UDP socket asks the routing table and sends nothing. */
const ANY_PORT = 9;

/**
 * Two witnesses. The list of the interfaces' addresses is cheap (15 µs) and right about what it
 * holds. For what it lacks the routing table is asked: it also knows addresses that are local by a
 * route alone (`ip route add local …`), and nothing is called missing that the kernel would deliver.
 */
export async function addressesNotHere(
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const suspects = unlisted(addresses);
  const delivered = await Promise.all(suspects.map((each) => isDelivered(each, signal)));
  return suspects.filter((_address, index) => delivered[index] !== true);
}

/** Those that no interface which is up has. */
export function unlisted(addresses: readonly string[]): readonly string[] {
  const listed = new Set<string>();
  for (const own of Object.values(networkInterfaces())) {
    own?.forEach(({ address }) => listed.add(address));
  }
  return addresses.filter((address) => !listed.has(address));
}

/** In doubt it is: what cannot be asked is no reason to move calls. */
async function isDelivered(address: string, signal: AbortSignal): Promise<boolean> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    return await withDeadline(VIP_ROUTE_MS_MAX, signal, () => asksRoute(socket, address));
  } catch {
    return true;
  } finally {
    socket.close();
  }
}

/** The kernel answers with the address itself, or with one of `lo`, when it would deliver here. */
function asksRoute(socket: Socket, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    // The callback is given the failure of the connecting (ENETUNREACH), which is an answer too.
    socket.connect(ANY_PORT, address, (failure?: Error) => {
      const source = failure === undefined ? socket.address().address : '';
      resolve(source === address || source === '::1' || source.startsWith('127.'));
    });
  });
}
