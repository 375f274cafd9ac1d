import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { nowMs } from '../clock.js';

import { PacketWriter, readStamp } from './packet.js';
import type { MediaAddress } from './sdp.js';

/** Room for the packets of a second, should this process be late in reading them. */
const SOCKET_BUFFER_BYTES = 524_288;

/** One party of a call: a UDP socket that sends one stream and hears the other party's. */
export class Endpoint {
  readonly #socket: Socket;
  readonly #intervalMs: number;
  readonly #writer: PacketWriter;
  readonly #hears: number;
  #target: MediaAddress | undefined;
  #nextDueMs = 0;
  #nextSequence = 0;
  #lastHeardMs = 0;
  #arrived: (sequence: number, atMs: number) => void = () => undefined;

  private constructor(socket: Socket, streams: StreamNumbers, intervalMs: number) {
    this.#socket = socket;
    this.#intervalMs = intervalMs;
    this.#writer = new PacketWriter(streams.says, intervalMs);
    this.#hears = streams.hears;
    socket.on('message', (packet) => this.#hear(packet));
  }

  static async bind(
    address: string,
    family: 4 | 6,
    given: { readonly streams: StreamNumbers; readonly intervalMs: number },
  ): Promise<Endpoint> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      // Addresses are literals: asking the resolver for each packet would only cost time.
      lookup: (host, _options, found) => found(null, host, family),
    });
    // Not connected: a dead relay's ICMP would make the next send fail, a loss of our own making.
    const listening = once(socket, 'listening');
    socket.bind(0, address);
    await listening;
    socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
    return new Endpoint(socket, given.streams, given.intervalMs);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  get intervalMs(): number {
    return this.#intervalMs;
  }

  talkTo(target: MediaAddress, firstDueMs: number): void {
    this.#target = target;
    this.#nextDueMs = firstDueMs;
  }

  listen(arrived: (sequence: number, atMs: number) => void): void {
    this.#arrived = arrived;
  }

  /**
   * Sends a packet if one is due. What a stall of this process kept from being sent is left out: a
   * telephone never sends two packets at once, and a burst into an outage would count twice.
   */
  sendDue(atMs: number): void {
    const target = this.#target;
    if (target === undefined || this.#nextDueMs > atMs) {
      return;
    }
    this.#socket.send(this.#writer.write(this.#nextSequence), target.port, target.host);
    this.#nextSequence += 1;
    const leftOut = Math.floor((atMs - this.#nextDueMs) / this.#intervalMs);
    this.#nextDueMs += (leftOut + 1) * this.#intervalMs;
  }

  close(): void {
    this.#socket.close();
  }

  #hear(packet: Buffer): void {
    const stamp = readStamp(packet);
    if (stamp?.stream === this.#hears) {
      this.#lastHeardMs = nowMs();
      this.#arrived(stamp.sequence, this.#lastHeardMs);
    }
  }
}

export interface StreamNumbers {
  readonly says: number;
  readonly hears: number;
}
