// Lets a listener of our own die a few times before the relay may: code that has never run is
// compiled when it first does, and a real death happens once. Saves a millisecond or two of it.

import { createServer, type AddressInfo, type Server } from 'node:net';

import { HeldConnection } from './held-connection.js';

const ROUNDS = 10;
const ROUND_DEADLINE_MS = 50;

/** Takes some 20 ms. Nobody is told, and what goes wrong does not matter. */
export async function rehearseDeath(signal: AbortSignal): Promise<void> {
  for (let round = 0; round < ROUNDS && !signal.aborted; round += 1) {
    await rehearseOnce();
  }
}

function rehearseOnce(): Promise<void> {
  return new Promise((resolve) => {
    const server = createMortalServer();
    let held: HeldConnection | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      held?.stop();
      server.close();
      resolve();
    };
    const timer = setTimeout(finish, ROUND_DEADLINE_MS);
    server.once('error', finish);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      held = new HeldConnection({ host: '127.0.0.1', port }, (state) => {
        if (state === 'refused') {
          finish();
        }
      });
      held.connect();
    });
  });
}

/** Accepts one connection, then goes the way a killed process does: the listener first. */
function createMortalServer(): Server {
  const server = createServer((socket) => {
    server.close();
    socket.on('error', () => undefined);
    setImmediate(() => socket.destroy());
  });
  return server;
}
