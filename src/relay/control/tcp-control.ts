// ng over TCP. A connection may stay open and idle for ever: its end is how a sidecar learns at once
// that this process is gone.

import { createServer, type Server, type Socket } from 'node:net';

import type { Endpoint } from '../call/record.js';
import { RelayError } from '../errors.js';
import type { Answering } from './answering.js';
import { blanksBefore, frameOf } from './framing.js';

const CONNECTIONS_MAX = 256;
/** Replies that the other end does not read. */
const UNREAD_BYTES_MAX = 4_194_304;

export class TcpControl {
  readonly #server: Server;
  readonly #answering: Answering;
  readonly #connections = new Set<Socket>();

  private constructor(answering: Answering) {
    this.#answering = answering;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** Rejects with RelayError `cannot-bind`. */
  static async listen({ host, port }: Endpoint, answering: Answering): Promise<TcpControl> {
    const control = new TcpControl(answering);
    const server = control.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(
          new RelayError('cannot-bind', `cannot bind ${host}:${port}: ${cause.message}`, { cause }),
        ),
      );
      server.listen({ host, port }, resolve);
    });
    server.removeAllListeners('error');
    // An accept that fails (out of file descriptors) costs that connection only.
    server.on('error', () => undefined);
    return control;
  }

  async close(): Promise<void> {
    this.#connections.forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = this.#answerAll(socket, Buffer.concat([waiting, chunk]));
    });
    // Ends and resets are the other end's business.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** Answers every request that is there as a whole, and returns the rest. */
  #answerAll(socket: Socket, bytes: Buffer): Buffer {
    let rest = bytes.subarray(blanksBefore(bytes));
    for (let frame = frameOf(rest); frame !== 'more'; frame = frameOf(rest)) {
      const end = frame === 'broken' ? rest.length : frame;
      const reply = this.#answering.answer(rest.subarray(0, end));
      if (reply !== undefined) {
        socket.write(reply);
      }
      // Behind a broken request nobody can tell where the next one begins.
      if (frame === 'broken' || socket.writableLength > UNREAD_BYTES_MAX) {
        socket.removeAllListeners('data');
        socket.destroySoon();
        return Buffer.alloc(0);
      }
      rest = rest.subarray(end);
      rest = rest.subarray(blanksBefore(rest));
    }
    return rest;
  }
}
