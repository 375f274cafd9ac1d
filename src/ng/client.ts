// The ng protocol from the caller's side, over connected UDP.
//
//   const client = createNgClient({ host: '127.0.0.1', port: 2223 });
//   const reply = await client.request({ command: 'ping' }, { deadlineMs: 50 }, signal);
//   reply['result']  // 'pong'; SDP and every other text come as strings, counters as numbers
//   client.close();
//
// A reply with `result: error` (and `error-reason`), or `result: load limit`, is a reply: `request`
// resolves with it. It rejects with NgError (errors.ts has the codes), or with the signal's own
// reason once that aborts. Nothing is sent twice: a request that got lost ends as `no-answer`.

import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

import type { NgDict } from './bencode.js';
import { Cookies } from './cookies.js';
import { NgError } from './errors.js';
import { DictReader, readDict, writeDict } from './message.js';
import { PendingRequests } from './pending.js';

export interface NgTarget {
  readonly host: string;
  readonly port: number;
}

export interface RequestOptions {
  readonly deadlineMs: number;
  /** The keys that are read, at every depth of the reply; all of them without it. */
  readonly only?: ReadonlySet<string>;
}

export interface NgClient {
  /**
   * Sends the command under a cookie of its own and resolves with the reply's dictionary. Whoever
   * closes the client at the end anyway needs no signal.
   */
  request(command: NgDict, options: RequestOptions, signal?: AbortSignal): Promise<NgDict>;
  /** Lets go of the socket; requests under way reject with `closed`. */
  close(): void;
}

const PENDING_MAX = 1024;
/** The most that an IPv4 datagram carries. */
const DATAGRAM_BYTES_MAX = 65_507;

export function createNgClient(target: NgTarget): NgClient {
  return new UdpClient(target);
}

class UdpClient implements NgClient {
  readonly #target: NgTarget;
  readonly #name: string;
  readonly #socket: Socket;
  readonly #pending = new PendingRequests();
  readonly #replies = new DictReader();
  readonly #cookies = new Cookies();
  #requests = 0;
  /** An answer has come since something was last sent. */
  #isHeard = false;
  #connection: 'none' | 'connecting' | 'connected' | 'closed' = 'none';

  constructor(target: NgTarget) {
    this.#target = target;
    this.#name = `ng at ${target.host}:${target.port}`;
    this.#socket = createSocket(isIPv6(target.host) ? 'udp6' : 'udp4');
    this.#socket.on('message', (datagram) => this.#receive(datagram));
    this.#socket.on('error', (error) => this.#failAll(error));
  }

  request(command: NgDict, options: RequestOptions, signal?: AbortSignal): Promise<NgDict> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const number = (this.#requests += 1);
      const datagram = this.#cookies.stamp(number, writeDict(command));
      this.#refuseExcess(datagram);
      const { deadlineMs, only } = options;
      const expire = (lateMs: number): void => {
        const message = `${this.#name}: no answer to ${nameOf(command)} within ${deadlineMs} ms`;
        reject(new NgError('no-answer', message, { lateMs }));
      };
      const request = { datagram, deadlineMs, only, resolve, reject, expire };
      this.#pending.add(number, request, signal);
      this.#sendOrConnect(datagram);
    });
  }

  close(): void {
    if (this.#connection === 'closed') {
      return;
    }
    this.#connection = 'closed';
    this.#socket.close();
    this.#pending.rejectAll(new NgError('closed', `${this.#name}: the client was closed`));
  }

  #refuseExcess(datagram: Buffer): void {
    if (this.#connection === 'closed') {
      throw new NgError('closed', `${this.#name}: the client is closed`);
    }
    if (this.#pending.size >= PENDING_MAX) {
      throw new NgError('too-many', `${this.#name}: ${PENDING_MAX} requests are under way already`);
    }
    if (datagram.length > DATAGRAM_BYTES_MAX) {
      const limits = `${datagram.length} bytes, a datagram carries ${DATAGRAM_BYTES_MAX}`;
      throw new NgError('too-long', `${this.#name}: the command has ${limits}`);
    }
  }

  #sendOrConnect(datagram: Buffer): void {
    if (this.#connection === 'connected') {
      this.#send(datagram);
    } else if (this.#connection === 'none') {
      this.#connect();
    }
  }

  /**
   * To be told of a failure costs a third of what sending and hearing do. So nobody asks behind an
   * answer: a request that fails then ends as `no-answer`, and the next one says why.
   */
  #send(datagram: Buffer): void {
    if (this.#isHeard) {
      this.#isHeard = false;
      this.#socket.send(datagram);
      return;
    }
    this.#socket.send(datagram, (error) => {
      if (error !== null) {
        this.#failAll(error);
      }
    });
  }

  /** Connected, because only then does the kernel tell us that nobody listens. */
  #connect(): void {
    this.#connection = 'connecting';
    // The types leave out that an unknown host name arrives here, as an error.
    const connected = (error?: Error): void => {
      if (this.#connection === 'closed') {
        return;
      }
      this.#connection = error === undefined ? 'connected' : 'none';
      if (error !== undefined) {
        this.#failAll(error);
        return;
      }
      for (const datagram of this.#pending.datagrams()) {
        this.#send(datagram);
      }
    };
    this.#socket.connect(this.#target.port, this.#target.host, connected);
  }

  #receive(datagram: Buffer): void {
    const number = this.#cookies.read(datagram);
    const request = number === undefined ? undefined : this.#pending.take(number);
    // Unknown cookies are replies that came too late, and notifications that nobody asked for.
    if (number === undefined || request === undefined) {
      return;
    }
    this.#isHeard = true;
    try {
      const { only } = request;
      const at = this.#cookies.lengthOf(number);
      request.resolve(
        only === undefined ? this.#replies.read(datagram, at) : readDict(datagram, at, only),
      );
    } catch (error) {
      request.reject(error);
    }
  }

  /** The kernel does not say which datagram it failed on; what is under way shares the fate. */
  #failAll(error: Error): void {
    const refused = 'code' in error && error.code === 'ECONNREFUSED';
    this.#pending.rejectAll(
      refused
        ? new NgError('refused', `${this.#name}: nobody listens`, { cause: error })
        : new NgError('unreachable', `${this.#name}: ${error.message}`, { cause: error }),
    );
  }
}

function nameOf(command: NgDict): string {
  return typeof command['command'] === 'string' ? command['command'] : 'a command';
}
