// `holdline run` as a process: its listeners, its signals, and the order in which all of it starts
// and ends.

import { ListenError, type Listener } from '../api/listener.js';
import { createStatusServer } from '../api/status-server.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { OperatorDesk, StatusSource } from '../ports/status-view.js';
import type { Supervision } from './supervision.js';
import { takeControl } from './take-control.js';

/** What is run: the sidecar, which looks at nothing and touches nothing before `start`. */
export interface Runnable extends StatusSource {
  readonly desk: OperatorDesk;
  start(): void;
  stop(how: Config['onStop']): Promise<void>;
  /** After `stop`, when no other sidecar is to follow. */
  leave(): Promise<void>;
}

export interface ServiceParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly sidecar: Runnable;
}

/**
 * Runs until its supervision ends it. The control socket comes first: while another sidecar holds it, this
 * one must not touch a route. Rejects with ListenError when that socket cannot be had. The status
 * port is no reason to leave calls alone: without it the sidecar goes on and says so.
 */
export async function runService(parts: ServiceParts, supervision: Supervision): Promise<void> {
  const { config, log, sidecar } = parts;
  const listeners: Listener[] = [];
  try {
    listeners.push(await takeControl(parts, supervision));
    sidecar.start();
    supervision.started(log);
    listeners.push(...(await listenForStatus(parts)));
    const { how } = await supervision.ending;
    await sidecar.stop(how === 'hold' ? 'hold' : config.onStop);
    if (how === 'on-stop') {
      await sidecar.leave();
    }
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}

async function listenForStatus({ config, log, sidecar }: ServiceParts): Promise<Listener[]> {
  try {
    return [await createStatusServer(sidecar, config.status)];
  } catch (error) {
    if (!(error instanceof ListenError)) {
      throw error;
    }
    log.error({ event: 'status-unavailable', code: error.code }, error.message);
    return [];
  }
}
