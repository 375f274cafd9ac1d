// The sessions of rtpengine, over its command line port. `list` of the ng protocol would not do: over
// UDP its answer has no room for more than some hundred Call-IDs, and it does not say whose they are.

import { createConnection, type Socket } from 'node:net';

import { withDeadline } from '../../../async/deadline.js';
import type { HostPort } from '../../../config/config.js';
import {
  SessionParityError,
  type HeldSession,
  type SessionLister,
} from '../../../ports/session-parity.js';
import { detailOfError } from '../../detail.js';
import { isSelfConnection } from '../self-connection.js';
import { SessionLines } from './session-lines.js';

/** 25,000 sessions take a tenth of a second where nothing else runs. */
const LISTING_MS_MAX = 10_000;

/** One command a connection: rtpengine closes it behind its answer. */
const COMMAND = 'list sessions all\n';

export function createSessionLister(target: HostPort): SessionLister {
  return {
    async list(take: (session: HeldSession) => void, signal: AbortSignal): Promise<void> {
      const socket = createConnection({ host: target.host, port: target.port });
      try {
        await withDeadline(LISTING_MS_MAX, signal, () => readSessions(socket, take));
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof SessionParityError
          ? error
          : new SessionParityError(
              'listing-unreachable',
              `rtpengine's command line at ${target.host}:${target.port}: ${detailOfError(error)}`,
              { cause: error },
            );
      } finally {
        socket.destroy();
      }
    },
  };
}

/**
 * Piece by piece, and whatever else is due in between: a listing that comes faster than it is read
 * would otherwise be taken in two million bytes at a time, and the pings' answers wait for that.
 */
function readSessions(socket: Socket, take: (session: HeldSession) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines = new SessionLines(take);
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      if (isSelfConnection(socket)) {
        reject(new Error('nobody listens'));
        return;
      }
      socket.write(COMMAND);
    });
    socket.on('data', (chunk: string) => {
      socket.pause();
      attempt(() => lines.push(chunk));
      setImmediate(() => socket.resume());
    });
    socket.on('end', () =>
      attempt(() => {
        lines.end();
        resolve();
      }),
    );
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed before its answer was complete')));
  });
}
