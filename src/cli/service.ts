// `holdline run` as a process: its listeners, its signals, and the order in which all of it starts
// and ends.

import { createControlServer } from '../api/control-server.js';
import type { Listener } from '../api/listener.js';
import { createStatusServer } from '../api/status-server.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../ports/clock.js';
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
  readonly sidecar: Runnable;
}

/**
 * Runs until `stop` aborts. The control socket comes first: while another sidecar holds it, this
 * one must not touch a route. Rejects with ListenError when a listener does not come up.
 */
export async function runService(parts: ServiceParts, stop: AbortSignal): Promise<void> {
  const { config, clock, sidecar } = parts;
  const listeners: Listener[] = [];
  try {
    const { socketPath } = config.control;
    listeners.push(await createControlServer(sidecar, sidecar.desk, { socketPath, clock }));
    listeners.push(await createStatusServer(sidecar, config.status));
    sidecar.start();
    await aborted(stop);
    await sidecar.stop();
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
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
