import { detailOfError } from '../../detail.js';
import { tickEvery } from '../../../async/tick.js';
import type { RelaySessionsObservation } from '../../../domain/evidence.js';
import type { NgDict } from '../../../ng/bencode.js';
import type { NgClient } from '../../../ng/client.js';
import { isDict } from '../../../ng/message.js';
import type { Clock } from '../../../ports/clock.js';

/** `statistics` costs rtpengine half a millisecond and 7 kB: once a second is often enough. */
const INTERVAL_MS = 1_000;
const DEADLINE_MS = 500;

const COUNTS = ['sessionsown', 'sessionsforeign', 'sessionstotal'] as const;
/** Of four hundred. */
const KEYS = new Set(['result', 'error-reason', 'statistics', 'currentstatistics', ...COUNTS]);

export interface SessionsWatch {
  readonly client: NgClient;
  readonly clock: Clock;
  readonly onTrouble: (detail: string) => void;
}

export async function watchSessions(
  { client, clock, onTrouble }: SessionsWatch,
  listener: (observation: RelaySessionsObservation) => void,
  signal: AbortSignal,
): Promise<void> {
  let trouble = '';
  const look = async (): Promise<void> => {
    try {
      const asked = { deadlineMs: DEADLINE_MS, only: KEYS };
      const reply = await client.request({ command: 'statistics' }, asked, signal);
      listener({ kind: 'relay-sessions', atMs: clock.nowMs(), ...sessionsIn(reply) });
      trouble = '';
    } catch (error) {
      const detail = detailOfError(error);
      if (!signal.aborted && detail !== trouble) {
        trouble = detail;
        onTrouble(detail);
      }
    }
  };
  // A look ends before the next is due, by its own deadline.
  await tickEvery(INTERVAL_MS, () => void look(), signal);
}

/** Throws an Error that says what is missing. */
export function sessionsIn(reply: NgDict): { own: number; foreign: number; total: number } {
  const statistics = reply['statistics'];
  const current = isDict(statistics) ? statistics['currentstatistics'] : undefined;
  if (!isDict(current)) {
    const got = JSON.stringify(reply).slice(0, 100);
    throw new Error(`the reply to statistics has no currentstatistics: ${got}`);
  }
  const [own, foreign, total] = COUNTS;
  return {
    own: count(current, own),
    foreign: count(current, foreign),
    total: count(current, total),
  };
}

/** rtpengine sends some counters as numbers and some as text, depending on its version. */
function count(current: NgDict, key: string): number {
  const value = current[key];
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw new Error(`currentstatistics: ${key} should be a count, got ${JSON.stringify(value)}`);
  }
  return number;
}
