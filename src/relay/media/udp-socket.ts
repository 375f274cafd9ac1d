import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

import type { Endpoint } from '../call/record.js';
import { RelayError } from '../errors.js';

/** A second of a video stream, should this process be late in reading it. */
const SOCKET_BUFFER_BYTES = 524_288;

/**
 * A UDP socket that is bound when this returns. Throws RelayError `cannot-bind`.
 *
 * Node binds in the same turn when the look-up of the address calls back in the same turn. Here
 * addresses are literals, so that nothing is to be looked up, neither now nor for each packet.
 */
export function bindUdp({ host, port }: Endpoint): Socket {
  const family = isIPv6(host) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    ipv6Only: family === 6,
    lookup: (literal, _options, found) => found(null, literal, family),
  });
  let outcome: Error | 'bound' | 'pending' = 'pending';
  socket.once('listening', () => (outcome = 'bound'));
  socket.once('error', (error) => (outcome = error));
  socket.bind({ address: host, port, exclusive: true });
  return judge(socket, outcome, `${host}:${port}`);
}

function judge(socket: Socket, outcome: Error | 'bound' | 'pending', name: string): Socket {
  if (outcome === 'bound') {
    socket.removeAllListeners('error');
    enlarge(socket);
    return socket;
  }
  socket.close();
  const cause = outcome === 'pending' ? new Error('the system did not answer') : outcome;
  throw new RelayError('cannot-bind', `cannot bind ${name}: ${cause.message}`, { cause });
}

/** The system may allow less, which only matters when this process is late. */
function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
    socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  } catch {
    // Refused buffers leave the system's own, which carry the ordinary case.
  }
}
