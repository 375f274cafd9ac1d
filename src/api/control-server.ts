// The control socket: the read-only routes, and the orders of a person. Who may give orders is who
// may write to the socket: its owner and its group.

import { chmod } from 'node:fs/promises';

import type { Clock } from '../ports/clock.js';
import type { OperatorDesk, StatusSource } from '../ports/status-view.js';
import { claimSocketPath } from './claim-socket-path.js';
import { ListenError, type Listener } from './listener.js';
import { addOrderRoutes } from './order-routes.js';
import { createServer } from './server.js';
import { addStatusRoutes } from './status-routes.js';
import { addSuccessionRoute, type Succession } from './succession-route.js';

const SOCKET_MODE = 0o660;

export interface ControlOptions {
  readonly socketPath: string;
  /** Tells when a drain with a time limit ends. */
  readonly clock: Clock;
  readonly succession: Succession;
}

/**
 * Listens on the Unix socket. Rejects with ListenError, `already-running` when another sidecar
 * answers there.
 */
export async function createControlServer(
  source: StatusSource,
  desk: OperatorDesk,
  { socketPath, clock, succession }: ControlOptions,
): Promise<Listener> {
  await claimSocketPath(socketPath);
  const server = createServer();
  addStatusRoutes(server, source);
  addOrderRoutes(server, desk, clock);
  addSuccessionRoute(server, succession);
  try {
    await server.listen({ path: socketPath });
    await chmod(socketPath, SOCKET_MODE);
  } catch (error) {
    await server.close();
    const why = error instanceof Error ? error.message : String(error);
    const message = `control.socket ${socketPath} cannot be used: ${why}`;
    throw new ListenError('address-unusable', message, { cause: error });
  }
  return { address: socketPath, close: () => server.close() };
}
