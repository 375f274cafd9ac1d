import type { Socket } from 'node:net';

/**
 * A connection attempt to a local port on which nobody listens may draw that very port as its own
 * and then connect to itself. It looks accepted, and would even keep the relay from listening again.
 */
export function isSelfConnection(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}
