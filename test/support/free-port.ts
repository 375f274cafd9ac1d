import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the range from which the kernel takes ports for outgoing connections. */
const LOWEST = 12_000;
const HIGHEST = 31_000;
const TRIES_MAX = 50;

/** A port of 127.0.0.1 that is free for UDP and TCP, and the `count - 1` ports that follow it. */
export async function freePort(count = 1): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isFreeForTcp(port)) && (await isFreeForUdp(port + count - 1))) {
      return port;
    }
  }
  throw new Error(`no free port found in ${TRIES_MAX} tries`);
}

function isFreeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function isFreeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
