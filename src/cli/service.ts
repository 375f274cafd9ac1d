// `holdline run` as a process: its listeners, its signals, and the order in which all of it starts
// and ends.

import { createControlServer } from '../api/control-server.js';
import { ListenError, type Listener } from '../api/listener.js';
import { createStatusServer } from '../api/status-server.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { OperatorDesk, StatusSource } from '../ports/status-view.js';

/** What is run: the sidecar, which looks at nothing and touches nothing before `start`. */
export interface Runnable extends StatusSource {
  readonly desk: OperatorDesk;
  start(): void;
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly sidecar: Runnable;
}

/**
 * Runs until `stop` aborts. The control socket comes first: while another sidecar holds it, this
 * one must not touch a route. Rejects with ListenError when that socket cannot be had. The status
 * port is no reason to leave calls alone: without it the sidecar goes on and says so.
 */
export async function runService(parts: ServiceParts, stop: AbortSignal): Promise<void> {
  const { config, clock, sidecar } = parts;
  const listeners: Listener[] = [];
  try {
    const { socketPath } = config.control;
    listeners.push(await createControlServer(sidecar, sidecar.desk, { socketPath, clock }));
    sidecar.start();
    listeners.push(...(await listenForStatus(parts)));
    await aborted(stop);
    await sidecar.stop();
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

/** SIGTERM and SIGINT, once: a second one ends the process at once. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => controller.abort(new Error(signal)));
  }
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
