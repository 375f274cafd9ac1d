// Holds a TCP connection to the relay open and never sends a byte over it. The kernel ends it the
// moment the relay's process is gone, whatever killed it: there is no faster sign of death. An
// operator may have closed it, too, so the process itself decides where its pid file is known, and
// else the immediate reconnect: refused is dead.

import type { RelayObservation } from '../../../domain/evidence.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';
import { HeldConnection, type ConnectionState, type HeldTarget } from './held-connection.js';
import { createProcessWatch, NO_PROCESS_WATCH } from './process-watch.js';
import { rehearseDeath } from './rehearsal.js';

export interface HoldOpenProbeOptions {
  readonly target: HeldTarget;
  /** Where the relay writes its pid; undefined when it writes none. */
  readonly pidFile: string | undefined;
  readonly clock: Clock;
}

export function createHoldOpenProbe({ target, pidFile, clock }: HoldOpenProbeOptions): RelayProbe {
  return {
    name: `hold-open ${target.host}:${target.port}`,
    async watch(listener: (observation: RelayObservation) => void, signal: AbortSignal) {
      await rehearseDeath(signal);
      const process = pidFile === undefined ? NO_PROCESS_WATCH : createProcessWatch(pidFile);
      const report = (state: ConnectionState, detail: string | undefined): void =>
        listener({
          kind: 'relay-connection',
          atMs: clock.nowMs(),
          state,
          ...(detail === undefined ? {} : { detail }),
        });
      const held = new HeldConnection(target, report, process);
      await hold(held, signal);
    },
  };
}

function hold(held: HeldConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const stop = (): void => {
      held.stop();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
    held.connect();
  });
}
