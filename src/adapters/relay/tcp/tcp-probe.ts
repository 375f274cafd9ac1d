import { createConnection } from 'node:net';

import { PINGS_AT_ONCE_MAX, runPings, type PingOutcome } from '../pings.js';
import { isSelfConnection } from '../self-connection.js';
import type { Clock } from '../../../ports/clock.js';
import type { RelayProbe } from '../../../ports/relay-probe.js';

export interface TcpProbeOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly ping: { readonly intervalMs: number; readonly deadlineMs: number };
  readonly clock: Clock;
}

/** A connection that is accepted is a ping. The kernel accepts for a program that hangs, too. */
export function createTcpProbe(options: TcpProbeOptions): RelayProbe {
  const { target, ping, clock } = options;
  return {
    name: `tcp ${target.host}:${target.port}`,
    watch: (listener, signal) =>
      runPings(
        {
          ...ping,
          clock,
          atOnceMax: PINGS_AT_ONCE_MAX,
          ping: (cancelled) => connectOnce(target, cancelled),
        },
        listener,
        signal,
      ),
  };
}

function connectOnce(
  target: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<PingOutcome> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ ...target, signal });
    socket.once('error', reject);
    socket.once('connect', () => {
      resolve({ outcome: isSelfConnection(socket) ? 'refused' : 'answered' });
      socket.destroy();
    });
  });
}
