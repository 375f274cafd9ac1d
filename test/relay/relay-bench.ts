// A relay of our own with its callers, all in this process: sockets are real, only the shell is not.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

import type { NgDict } from '../../src/ng/bencode.js';
import { createNgClient, type NgClient } from '../../src/ng/client.js';
import { parseRelayConfig } from '../../src/relay/config/config.js';
import type { Log } from '../../src/relay/log.js';
import { startRelay, type Relay } from '../../src/relay/relay.js';
import { freePort } from '../support/free-port.js';
import { waitUntil } from '../support/wait.js';

const MEDIA_PORTS = 64;
const NG_DEADLINE_MS = 2_000;

export const QUIET: Log = { info: () => {}, warn: () => {}, error: () => {} };

export interface RelayBench {
  readonly relay: Relay;
  readonly ng: { readonly host: string; readonly port: number };
  readonly tcp: { readonly host: string; readonly port: number };
  readonly media: number;
  readonly place: BenchPlace;
  ask(command: NgDict): Promise<NgDict>;
  stop(): Promise<void>;
}

export interface BenchOptions {
  /** YAML lines that replace those of the same keys, or join them. */
  readonly more?: string;
  readonly mediaPorts?: number;
  readonly addresses?: string;
  readonly quarantine?: string;
  /** The place of an earlier bench, which has stopped. */
  readonly at?: BenchPlace;
}

export interface BenchPlace {
  readonly udp: number;
  readonly tcp: number;
  readonly media: number;
}

async function freePlace(mediaPorts: number): Promise<BenchPlace> {
  const [udp, tcp, media] = [await freePort(), await freePort(), await freePort(mediaPorts + 1)];
  return { udp, tcp, media: media + (media % 2) };
}

export async function startBench(options: BenchOptions = {}): Promise<RelayBench> {
  const { more = '', mediaPorts = MEDIA_PORTS, addresses = '[127.0.0.1, "::1"]' } = options;
  const quarantine = options.quarantine ?? '30s';
  const { udp, tcp, media } = options.at ?? (await freePlace(mediaPorts));
  const yaml = `
control: { udp: "127.0.0.1:${udp}", tcp: "127.0.0.1:${tcp}" }
interfaces:
  - { name: v1, addresses: ${addresses} }
  - { name: v2, addresses: [127.0.0.2] }
ports: { min: ${media}, max: ${media + mediaPorts - 1}, quarantine: ${quarantine} }
${more}
`;
  const relay = await startRelay(parseRelayConfig(yaml, 'relay.yaml'), QUIET);
  const ng = { host: '127.0.0.1', port: udp };
  const client: NgClient = createNgClient(ng);
  const never = new AbortController().signal;
  return {
    relay,
    ng,
    tcp: { host: '127.0.0.1', port: tcp },
    media,
    place: { udp, tcp, media },
    ask: (command) => client.request(command, { deadlineMs: NG_DEADLINE_MS }, never),
    async stop() {
      client.close();
      await relay.close();
    },
  };
}

export interface SdpOptions {
  readonly host?: string;
  readonly port: number;
  readonly more?: readonly string[];
  readonly media?: readonly string[];
}

export function sdpOf({ host = '127.0.0.1', port, more = [], media = [] }: SdpOptions): string {
  const family = host.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=alice 7 1 IN ${family} ${host}`,
    's=-',
    `c=IN ${family} ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    ...more,
    ...media,
  ]
    .map((line) => `${line}\r\n`)
    .join('');
}

/** The ports of an SDP's streams, in order. */
export function portsOf(sdp: string): readonly number[] {
  return [...sdp.matchAll(/^m=\S+ (\d+) /gm)].map(([, port]) => Number(port));
}

export function textAt(reply: NgDict, key: string): string {
  const value = reply[key];
  if (typeof value !== 'string') {
    throw new Error(`expected ${key}, got ${JSON.stringify(reply)}`);
  }
  return value;
}

/** A telephone: one UDP port that sends and keeps what it hears. */
export class Telephone {
  readonly heard: { readonly packet: Buffer; readonly from: RemoteInfo }[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet, from) => this.heard.push({ packet, from }));
  }

  static async bind(host = '127.0.0.1', port = 0): Promise<Telephone> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, host, resolve);
    });
    return new Telephone(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(packet: Buffer, port: number, host = '127.0.0.1'): void {
    this.#socket.send(packet, port, host);
  }

  /** Sends until something comes back out at `to`, and waits for it. */
  async hears(count: number): Promise<void> {
    await waitUntil(`a telephone hears ${count} packets`, () => this.heard.length >= count);
  }

  close(): void {
    this.#socket.close();
  }
}

export interface RtpOptions {
  readonly sequence?: number;
  readonly ssrc?: number;
  readonly timestamp?: number;
  readonly payloadType?: number;
}

export function rtp(options: RtpOptions = {}): Buffer {
  const { sequence = 1, ssrc = 0x1234, timestamp = 0, payloadType = 0 } = options;
  const packet = Buffer.alloc(172, 0xff);
  packet[0] = 0x80;
  packet[1] = payloadType;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(timestamp >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** A receiver report without reports. */
export function rtcp(ssrc = 0x1234): Buffer {
  const packet = Buffer.from([0x80, 201, 0, 1, 0, 0, 0, 0]);
  packet.writeUInt32BE(ssrc, 4);
  return packet;
}

export interface SetUpCall {
  readonly callId: string;
  readonly caller: Telephone;
  readonly callee: Telephone;
  /** Where the caller sends to, and where the callee does. */
  readonly forCaller: number;
  readonly forCallee: number;
  close(): void;
}

/** A call between two telephones on 127.0.0.1. */
export async function setUpCall(bench: RelayBench, callId: string): Promise<SetUpCall> {
  const [caller, callee] = [await Telephone.bind(), await Telephone.bind()];
  const common = { 'call-id': callId, 'from-tag': 'caller' };
  const offer = await bench.ask({
    command: 'offer',
    ...common,
    sdp: sdpOf({ port: caller.port }),
  });
  const answer = await bench.ask({
    command: 'answer',
    ...common,
    'to-tag': 'callee',
    sdp: sdpOf({ port: callee.port }),
  });
  const [forCallee = 0] = portsOf(textAt(offer, 'sdp'));
  const [forCaller = 0] = portsOf(textAt(answer, 'sdp'));
  const close = (): void => {
    caller.close();
    callee.close();
  };
  return { callId, caller, callee, forCaller, forCallee, close };
}
