import type { Socket } from 'node:dgram';

import type { Endpoint } from '../call/record.js';
import { bindUdp } from '../media/udp-socket.js';
import type { Answering } from './answering.js';

/** ng over UDP: a datagram each way. Throws RelayError `cannot-bind`. */
export class UdpControl {
  readonly #socket: Socket;

  constructor(at: Endpoint, answering: Answering) {
    this.#socket = bindUdp(at);
    // A reply that cannot be sent is lost, as on any network; the proxy asks again.
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (request, { port, address }) => {
      // UDP allows a packet without a return address, and Node throws when asked to send to one.
      if (port === 0) {
        return;
      }
      const reply = answering.answer(request);
      if (reply !== undefined) {
        this.#socket.send(reply, port, address);
      }
    });
  }

  close(): void {
    this.#socket.close();
  }
}
