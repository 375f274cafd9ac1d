// The sessions of rtpengine, over its command line port. `list` of the ng protocol would not do: over
// UDP its answer has no room for more than some hundred Call-IDs, and it does not say whose they are.

import type { HostPort } from '../../../config/config.js';
import {
  SessionParityError,
  type HeldSession,
  type SessionLister,
} from '../../../ports/session-parity.js';
import { detailOfError } from '../../detail.js';
import { runCommand } from './command-line.js';
import { SessionLines } from './session-lines.js';

/** 25,000 sessions take a tenth of a second where nothing else runs. */
const ANSWER_MS_MAX = 10_000;

export function createSessionLister(target: HostPort): SessionLister {
  return {
    async list(take: (session: HeldSession) => void, signal: AbortSignal): Promise<void> {
      const lines = new SessionLines(take);
      const push = (piece: string): void => lines.push(piece);
      const command = { target, command: 'list sessions all', answerMsMax: ANSWER_MS_MAX };
      try {
        await runCommand({ ...command, take: push }, signal);
        lines.end();
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof SessionParityError
          ? error
          : new SessionParityError(
              'listing-unreachable',
              `rtpengine's command line at ${target.host}:${target.port}: ${detailOfError(error)}`,
              { cause: error },
            );
      }
    },
  };
}
