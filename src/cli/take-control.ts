// The control socket is what a sidecar must hold before it touches a route. One whose guard died
// gives it up to a successor.

import { createControlServer } from '../api/control-server.js';
import { ListenError, type Listener } from '../api/listener.js';
import { sleep } from '../async/sleep.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { OperatorDesk, StatusSource } from '../ports/status-view.js';
import { ask } from './control-client.js';
import type { Supervision } from './supervision.js';

/** The predecessor ends its watchers, and its socket with them, within this time. */
const HANDOVER_MS_MAX = 5_000;
const LOOK_EVERY_MS = 20;
const ANSWER_MS_MAX = 2_000;

export interface ControlParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly sidecar: StatusSource & { readonly desk: OperatorDesk };
}

/** Rejects with ListenError when the socket cannot be had. */
export async function takeControl(
  parts: ControlParts,
  supervision: Supervision,
): Promise<Listener> {
  const { socketPath } = parts.config.control;
  try {
    return await open(parts, supervision);
  } catch (error) {
    if (!isTaken(error) || !(await makesRoom(socketPath))) {
      throw error;
    }
  }
  parts.log.warn({ event: 'succession' }, 'a sidecar without a guard makes room for this one');
  return openOnceFree(parts, supervision);
}

async function openOnceFree(parts: ControlParts, supervision: Supervision): Promise<Listener> {
  const endsAtMs = performance.now() + HANDOVER_MS_MAX;
  for (;;) {
    try {
      return await open(parts, supervision);
    } catch (error) {
      if (!isTaken(error) || performance.now() > endsAtMs) {
        throw error;
      }
    }
    await sleep(LOOK_EVERY_MS, new AbortController().signal);
  }
}

function open(parts: ControlParts, supervision: Supervision): Promise<Listener> {
  const { config, clock, sidecar } = parts;
  const { socketPath } = config.control;
  const options = { socketPath, clock, succession: supervision };
  return createControlServer(sidecar, sidecar.desk, options);
}

function isTaken(error: unknown): boolean {
  return error instanceof ListenError && error.code === 'already-running';
}

/** False when the sidecar there is guarded, older than this question, or does not answer. */
async function makesRoom(socketPath: string): Promise<boolean> {
  try {
    const answer = await ask({
      socketPath,
      method: 'POST',
      path: '/step-aside',
      accept: 'application/json',
      answerMsMax: ANSWER_MS_MAX,
    });
    return answer.status === 200;
  } catch {
    return false;
  }
}
