// Callers for a benchmark: one process with a handful of sockets, so that making and hearing the
// media costs less than relaying them. Every packet carries the time when it was sent.

import type { Socket } from 'node:dgram';

import { sleep } from '../../async/sleep.js';
import { bindUdp } from '../media/udp-socket.js';
import { Delays } from './delays.js';

const SOCKETS = 8;
const SOCKET_BUFFER_BYTES = 4_194_304;
const PACKET_BYTES = 172;
const SEQUENCE_AT = 2;
const SSRC_AT = 8;
const SENT_AT = 12;
const ROUND_AT = 20;
/** Each telephone sends so often; the load is spread evenly over that time. */
export const PACKET_INTERVAL_MS = 20;
const TICK_MS = 1;
const DRAIN_MS = 500;
/** Calls that began later than this before the measuring are not warm. */
const WARM_UP_MS = 1_000;

/** Where one telephone sends to, and through which of the sockets. */
export interface Talker {
  readonly socket: number;
  readonly host: string;
  readonly port: number;
}

export interface LoadRun {
  readonly ms: number;
  /** The time that the relay's threads have run. */
  readonly relayCpuMs: () => number;
}

export interface LoadResult {
  readonly sent: number;
  readonly received: number;
  readonly delays: Delays;
  /** What the callers themselves cost, in percent of a core. */
  readonly cpuPct: number;
  readonly relayCpuPct: number;
  /** Of the packets that were due: less than 1 when this process was too slow to send them. */
  readonly kept: number;
}

export class Load {
  readonly #sockets: readonly Socket[];
  readonly #packet = Buffer.alloc(PACKET_BYTES);
  readonly #delays = new Delays();
  #talkers: readonly Talker[] = [];
  #sequences = new Uint32Array(0);
  #round = 0;
  #sent = 0;

  constructor(host: string) {
    this.#sockets = Array.from({ length: SOCKETS }, () => bindUdp({ host, port: 0 }));
    this.#packet[0] = 0x80;
    for (const socket of this.#sockets) {
      socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
      socket.on('message', (packet) => this.#hear(packet));
    }
  }

  /** The port of the socket that this telephone has. */
  portOf(telephone: number): number {
    return this.#sockets[telephone % SOCKETS]?.address().port ?? 0;
  }

  socketOf(telephone: number): number {
    return telephone % SOCKETS;
  }

  /** Makes these telephones talk, and measures once they have warmed up. */
  async run(talkers: readonly Talker[], how: LoadRun, signal: AbortSignal): Promise<LoadResult> {
    const { ms, relayCpuMs } = how;
    this.#talkers = talkers;
    this.#sequences = new Uint32Array(talkers.length);
    await this.#talk(WARM_UP_MS, signal);
    this.#round += 1;
    this.#sent = 0;
    this.#delays.clear();
    const before = process.cpuUsage();
    const relayBeforeMs = relayCpuMs();
    const tookMs = await this.#talk(ms, signal);
    const { user, system } = process.cpuUsage(before);
    const relayTookMs = relayCpuMs() - relayBeforeMs;
    await sleep(DRAIN_MS, signal);
    const due = (talkers.length * tookMs) / PACKET_INTERVAL_MS;
    return {
      sent: this.#sent,
      received: this.#delays.count,
      delays: this.#delays,
      cpuPct: (user + system) / 10 / tookMs,
      relayCpuPct: (relayTookMs * 100) / tookMs,
      kept: this.#sent / due,
    };
  }

  close(): void {
    this.#sockets.forEach((socket) => socket.close());
  }

  /** Sends what is due on every tick; a tick that comes late makes up for what it missed. */
  async #talk(ms: number, signal: AbortSignal): Promise<number> {
    const beganAtMs = performance.now();
    const perMs = this.#talkers.length / PACKET_INTERVAL_MS;
    let sent = 0;
    for (let pastMs = 0; pastMs < ms && !signal.aborted; pastMs = performance.now() - beganAtMs) {
      for (const due = Math.floor(pastMs * perMs); sent < due; sent += 1) {
        this.#send(sent % this.#talkers.length);
      }
      await sleep(TICK_MS, signal);
    }
    return performance.now() - beganAtMs;
  }

  #send(index: number): void {
    const talker = this.#talkers[index];
    if (talker === undefined) {
      return;
    }
    const sequence = (this.#sequences[index] ?? 0) + 1;
    this.#sequences[index] = sequence;
    // A packet of its own each time: one that the system does not take at once is sent later.
    const packet = Buffer.from(this.#packet);
    packet.writeUInt16BE(sequence & 0xffff, SEQUENCE_AT);
    packet.writeUInt32BE((sequence * 160) >>> 0, SEQUENCE_AT + 2);
    packet.writeUInt32BE(index + 1, SSRC_AT);
    packet.writeDoubleLE(performance.now(), SENT_AT);
    packet.writeUInt32LE(this.#round, ROUND_AT);
    this.#sockets[talker.socket]?.send(packet, talker.port, talker.host);
    this.#sent += 1;
  }

  #hear(packet: Buffer): void {
    if (packet.length === PACKET_BYTES && packet.readUInt32LE(ROUND_AT) === this.#round) {
      this.#delays.add(performance.now() - packet.readDoubleLE(SENT_AT));
    }
  }
}
