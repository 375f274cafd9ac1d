// rtpengine's command line port: one command a connection, which rtpengine closes behind its answer.

import { createConnection, type Socket } from 'node:net';

import { withDeadline } from '../../../async/deadline.js';
import type { HostPort } from '../../../config/config.js';
import { isSelfConnection } from '../self-connection.js';

export interface Command {
  readonly target: HostPort;
  readonly command: string;
  readonly answerMsMax: number;
  /** Takes the answer piece by piece; what it throws ends the connection and is passed on. */
  readonly take: (piece: string) => void;
}

/** Resolves once the whole answer was taken. */
export async function runCommand(given: Command, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const socket = createConnection({ host: given.target.host, port: given.target.port });
  try {
    await withDeadline(given.answerMsMax, signal, () => exchange(socket, given));
  } finally {
    socket.destroy();
  }
}

/**
 * Piece by piece, and whatever else is due in between: a listing that comes faster than it is read
 * would otherwise be taken in two million bytes at a time, and the pings' answers wait for that.
 */
function exchange(socket: Socket, { command, take }: Command): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      if (isSelfConnection(socket)) {
        reject(new Error('nobody listens'));
        return;
      }
      socket.write(`${command}\n`);
    });
    socket.on('data', (piece: string) => {
      socket.pause();
      try {
        take(piece);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      setImmediate(() => socket.resume());
    });
    socket.on('end', resolve);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed before its answer was complete')));
  });
}
