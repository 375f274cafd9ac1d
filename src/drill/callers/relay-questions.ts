// What is asked of a relay besides calls of our own.

import type { NgDict } from '../../ng/bencode.js';
import { createNgClient } from '../../ng/client.js';
import { isDict } from '../../ng/message.js';
import { DrillError } from '../errors.js';

import type { CallersCommand, RelaySessions } from './protocol.js';

const LOOK_DEADLINE_MS = 500;
const LISTED_MAX = 1_000;

/**
 * The calls that a relay says it holds, asked by the callers themselves and not by the sidecar under
 * test. The canaries of the sidecars are no calls.
 */
export async function countSessions(
  { host, port, canaries }: Extract<CallersCommand, { do: 'sessions' }>,
  signal: AbortSignal,
): Promise<RelaySessions> {
  const ng = createNgClient({ host, port });
  const ask = (command: NgDict) => ng.request(command, { deadlineMs: LOOK_DEADLINE_MS }, signal);
  const holds = async (callId: string): Promise<number> =>
    (await ask({ command: 'query', 'call-id': callId }))['result'] === 'ok' ? 1 : 0;
  try {
    const reply = await ask({ command: 'statistics' });
    const statistics = isDict(reply['statistics']) ? reply['statistics'] : {};
    const current = statistics['currentstatistics'];
    const own = isDict(current) ? current['sessionsown'] : undefined;
    const foreign = isDict(current) ? current['sessionsforeign'] : undefined;
    if (typeof own !== 'number' || typeof foreign !== 'number') {
      throw new DrillError('reply-unexpected', 'expected statistics with sessionsown and -foreign');
    }
    return {
      own: own - (await holds(canaries.own)),
      foreign: foreign - (await holds(canaries.foreign)),
    };
  } finally {
    ng.close();
  }
}

export async function clearCalls(
  { host, port, ending }: Extract<CallersCommand, { do: 'clear' }>,
  signal: AbortSignal,
): Promise<number> {
  const ng = createNgClient({ host, port });
  const ask = (command: NgDict) => ng.request(command, { deadlineMs: LOOK_DEADLINE_MS }, signal);
  try {
    const { calls } = await ask({ command: 'list', limit: LISTED_MAX });
    const listed: readonly unknown[] = Array.isArray(calls) ? calls : [];
    const left = listed.filter(
      (callId) => typeof callId === 'string' && callId.endsWith(ending),
    ) as readonly string[];
    for (const callId of left) {
      await ask({ command: 'delete', 'call-id': callId, 'delete-delay': 0 });
    }
    return left.length;
  } finally {
    ng.close();
  }
}
