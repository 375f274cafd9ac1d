// ng over TCP, and the line that lists the sessions. A connection may stay open and idle for ever:
// its end is how a sidecar learns at once that this process is gone.

import { createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

import type { Endpoint } from '../call/record.js';
import { RelayError } from '../errors.js';
import type { Answering } from './answering.js';
import { blanksBefore, frameOf, lineIn } from './framing.js';
import type { CommandLine, Listing } from './session-listing.js';

const CONNECTIONS_MAX = 256;
/** Replies that the other end does not read. */
const UNREAD_BYTES_MAX = 4_194_304;
/** Whoever reads nothing of a listing for so long is not waited for. */
const LISTING_STANDS_MS_MAX = 10_000;

export class TcpControl {
  readonly #server: Server;
  readonly #answering: Answering;
  readonly #commandLine: CommandLine;
  readonly #connections = new Set<Socket>();

  private constructor(answering: Answering, commandLine: CommandLine) {
    this.#answering = answering;
    this.#commandLine = commandLine;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = CONNECTIONS_MAX;
  }

  /** Rejects with RelayError `cannot-bind`. */
  static async listen(
    { host, port }: Endpoint,
    answering: Answering,
    commandLine: CommandLine,
  ): Promise<TcpControl> {
    const control = new TcpControl(answering, commandLine);
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
    const listing = this.#commandLine(lineIn(rest));
    if (listing !== undefined) {
      void say(socket, listing);
      return NOTHING;
    }
    for (let frame = frameOf(rest); frame !== 'more'; frame = frameOf(rest)) {
      const end = frame === 'broken' ? rest.length : frame;
      const reply = this.#answering.answer(rest.subarray(0, end));
      if (reply !== undefined) {
        socket.write(reply);
      }
      // Behind a broken request nobody can tell where the next one begins.
      if (frame === 'broken' || socket.writableLength > UNREAD_BYTES_MAX) {
        hangUp(socket);
        return NOTHING;
      }
      rest = rest.subarray(end);
      rest = rest.subarray(blanksBefore(rest));
    }
    return rest;
  }
}

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * As rtpengine does, which ends the connection behind its answer to a line. The listing is made as
 * fast as it is read: a slow reader costs time and no memory.
 */
async function say(socket: Socket, listing: Listing): Promise<void> {
  socket.removeAllListeners('data');
  socket.setTimeout(LISTING_STANDS_MS_MAX, () => socket.destroy());
  await pipeline(listing, socket).catch(() => undefined);
}

/** Once everything is said. */
function hangUp(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.destroySoon();
}
