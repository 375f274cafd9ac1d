// One UDP port of the relay, facing one party: takes that party's packets, counts them and hands
// them to the port that faces the other one. This is the path of every packet; what is not needed
// for each of them is kept out of it.

import type { RemoteInfo, Socket } from 'node:dgram';

import type { Endpoint } from '../call/record.js';
import { isUnspecified } from '../sdp/address.js';
import { kindOf, ssrcOf } from './packet.js';
import { SourceLatch } from './source-latch.js';
import { StreamCounters } from './stream-counters.js';
import type { Traffic } from './traffic.js';
import { bindUdp } from './udp-socket.js';

/** Packets waiting in this process because the system took no more; they are late already. */
const SEND_QUEUE_BYTES_MAX = 65_536;
/** Asking for the queue's length costs a little: once in so many packets. */
const QUEUE_LOOK_MASK = 31;

/** Why packets were not passed on. */
export interface Drops {
  /** Neither RTP nor RTCP. */
  malformed: number;
  /** From a source that is not the party. */
  stranger: number;
  /** There is nowhere to send them: the other party has not answered, or holds. */
  homeless: number;
  /** The system did not take them as fast as they came. */
  congested: number;
}

export interface MediaPortListener {
  /** The party's packets come from somewhere else than was known. */
  learned(): void;
  /** The first packet since the listener was told so last; see `MediaPort.alert`. */
  woken(): void;
}

export interface MediaPortContext {
  readonly listener: MediaPortListener;
  readonly traffic: Traffic;
}

export class MediaPort {
  readonly local: Endpoint;
  readonly counters = new StreamCounters();
  readonly drops: Drops = { malformed: 0, stranger: 0, homeless: 0, congested: 0 };
  readonly #latch = new SourceLatch();
  readonly #socket: Socket;
  readonly #listener: MediaPortListener;
  readonly #traffic: Traffic;
  /** Where packets of this port go out again. */
  #rtpOut: MediaPort | undefined;
  #rtcpOut: MediaPort | undefined;
  #told: Endpoint | null = null;
  #asymmetric = false;
  #toHost = '';
  #toPort = 0;
  #sent = 0;
  #congested = false;
  #alert = false;

  /** Throws RelayError `cannot-bind`. */
  constructor(local: Endpoint, context: MediaPortContext) {
    this.local = local;
    this.#listener = context.listener;
    this.#traffic = context.traffic;
    this.#socket = bindUdp(local);
    this.#socket.on('message', (packet, from) => this.#take(packet, from));
    // Nothing here can be repaired: the packet is lost, as the next one will be or not.
    this.#socket.on('error', () => this.#drop('congested'));
  }

  get learned(): Endpoint | null {
    return this.#latch.learned;
  }

  /** Where packets to this party go now; null while there is no such place. */
  get destination(): Endpoint | null {
    return this.#toPort === 0 ? null : { host: this.#toHost, port: this.#toPort };
  }

  connect(rtpOut: MediaPort, rtcpOut: MediaPort): void {
    this.#rtpOut = rtpOut;
    this.#rtcpOut = rtcpOut;
  }

  /** What the party's SDP says, and what was learned of it already. */
  expect(told: Endpoint | null, learned: Endpoint | null, asymmetric: boolean): void {
    this.#told = told;
    this.#asymmetric = asymmetric;
    this.#latch.expect(told, learned, performance.now());
    this.#aim();
  }

  distrust(ssrc: number | undefined): void {
    this.#latch.distrust(ssrc);
  }

  /** Asks for `woken` at the next packet that is passed on. */
  alert(): void {
    this.#alert = true;
  }

  calm(): void {
    this.#alert = false;
  }

  close(): void {
    this.#socket.close();
  }

  #take(packet: Buffer, from: RemoteInfo): void {
    const kind = kindOf(packet);
    if (kind === 'neither') {
      this.#drop('malformed');
      return;
    }
    const nowMs = performance.now();
    const { host, port } = this.#latch;
    if ((from.port !== port || from.address !== host) && !this.#admit(packet, kind, from)) {
      this.#drop('stranger');
      return;
    }
    this.#traffic.packets += 1;
    this.#traffic.bytes += packet.length;
    this.#count(packet, kind, nowMs);
    const out = kind === 'rtp' ? this.#rtpOut : this.#rtcpOut;
    if (out?.send(packet) !== true) {
      this.#drop('homeless');
    }
    if (this.#alert) {
      this.#alert = false;
      this.#listener.woken();
    }
  }

  #drop(why: keyof Drops): void {
    this.drops[why] += 1;
    this.#traffic.errors += 1;
  }

  #admit(packet: Buffer, kind: 'rtp' | 'rtcp', { address, port }: RemoteInfo): boolean {
    const ssrc = ssrcOf(packet, kind);
    const admission = this.#latch.admit({ host: address, port, ssrc, nowMs: performance.now() });
    if (admission === 'latched') {
      this.#aim();
      this.#listener.learned();
    }
    return admission !== 'refused';
  }

  #count(packet: Buffer, kind: 'rtp' | 'rtcp', nowMs: number): void {
    if (kind === 'rtp') {
      this.counters.countRtp(packet, nowMs);
      this.#latch.heard(this.counters.ssrc, nowMs);
    } else {
      this.counters.countRtcp(packet, nowMs);
    }
  }

  #aim(): void {
    const told = this.#told;
    const holds = told === null || isUnspecified(told.host);
    const to = holds || this.#asymmetric ? told : (this.#latch.learned ?? told);
    this.#toHost = to?.host ?? '';
    this.#toPort = holds ? 0 : (to?.port ?? 0);
  }

  /** Sends to this port's party. False when there is nowhere to send to. */
  send(packet: Buffer): boolean {
    if (this.#toPort === 0) {
      return false;
    }
    this.#sent += 1;
    if ((this.#sent & QUEUE_LOOK_MASK) === 0) {
      this.#congested = this.#socket.getSendQueueSize() > SEND_QUEUE_BYTES_MAX;
    }
    if (this.#congested) {
      this.#drop('congested');
    } else {
      this.#socket.send(packet, this.#toPort, this.#toHost);
    }
    return true;
  }
}
