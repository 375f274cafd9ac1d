// The two parties of the canary call: UDP sockets of this process, on the loopback. Both are
// connected to the relay's ports: nobody else is heard, the kernel tells when nobody listens there,
// and a packet never leaves this host, also when the VIP is missing on it.

import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

import { codeOf } from '../../detail.js';
import type { MediaAddress } from './sdp.js';

export interface EndPorts {
  readonly speaker: number;
  readonly listener: number;
}

/** Where the relay expects the media of each party. */
export interface RelayPorts {
  readonly speaker: MediaAddress;
  readonly listener: MediaAddress;
}

export function loopbackFor(address: string): string {
  return isIPv6(address) ? '::1' : '127.0.0.1';
}

export class Ends {
  readonly host: string;
  readonly ports: EndPorts;
  readonly #speaker: Socket;
  readonly #listener: Socket;
  #hear: (packet: Buffer) => void = () => undefined;
  #fault: string | undefined;

  private constructor(host: string, speaker: Socket, listener: Socket) {
    this.host = host;
    this.#speaker = speaker;
    this.#listener = listener;
    this.ports = { speaker: speaker.address().port, listener: listener.address().port };
    speaker.on('error', (error) => (this.#fault = sayFault(error)));
    listener.on('error', (error) => (this.#fault = sayFault(error)));
    listener.on('message', (packet) => this.#hear(packet));
  }

  /** At ports of the kernel's choice, or at those of an earlier process; rejects when they are taken. */
  static async bind(host: string, ports?: EndPorts): Promise<Ends> {
    const speaker = await bound(host, ports?.speaker ?? 0);
    try {
      return new Ends(host, speaker, await bound(host, ports?.listener ?? 0));
    } catch (error) {
      speaker.close();
      throw error;
    }
  }

  /** Rejects when there is no way to the relay from here: the VIP is missing on this host. */
  async connect(relay: RelayPorts): Promise<void> {
    await connected(this.#speaker, relay.speaker);
    await connected(this.#listener, relay.listener);
  }

  listen(hear: (packet: Buffer) => void): void {
    this.#hear = hear;
  }

  /** A failure is kept for `takeFault`: the round is missed, and that is reported in its time. */
  send(packet: Buffer): void {
    this.#speaker.send(packet);
  }

  /** What went wrong since it was last asked for. */
  takeFault(): string | undefined {
    const fault = this.#fault;
    this.#fault = undefined;
    return fault;
  }

  close(): void {
    this.#speaker.close();
    this.#listener.close();
  }
}

function sayFault(error: Error): string {
  return codeOf(error) === 'ECONNREFUSED'
    ? "nobody listens on the relay's port of the canary call"
    : error.message;
}

function bound(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function connected(socket: Socket, { host, port }: MediaAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    // The types leave out that a failure arrives here, as an error.
    const done = (error?: Error): void => (error === undefined ? resolve() : reject(error));
    socket.connect(port, host, done);
  });
}
