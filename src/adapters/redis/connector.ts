// How ioredis gets its socket. The address is asked for at every attempt, since a primary moves, and
// certificates are read at every attempt, since they are renewed while the sidecar runs.

import { readFile } from 'node:fs/promises';
import { createConnection, Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

import { AbstractConnector, type RedisOptions } from 'ioredis';

import type { RedisServer, RedisTls } from '../../config/config.js';

/** Where to connect to now. Throws an Error that says why that is not known. */
export type Whereabouts = () => RedisServer;

/** Nothing is under way that would be worth a polite end. */
const CLOSE_DEADLINE_MS = 0;

/** The class of which ioredis makes one object for each client. */
export function connectorTo(where: Whereabouts): NonNullable<RedisOptions['Connector']> {
  return class extends AbstractConnector {
    constructor() {
      super(CLOSE_DEADLINE_MS);
    }

    /** An attempt that fails is a socket that has failed: a rejection would be ioredis's last. */
    async connect(): Promise<Socket> {
      this.connecting = true;
      const socket = await dial(where).catch(failedSocket);
      socket.once('error', (error) => (this.firstError = error));
      if (!this.#isWanted()) {
        socket.destroy();
        throw new Error('the connection was closed while it was being made');
      }
      if (socket.errored !== null) {
        this.firstError = socket.errored;
      }
      this.stream = socket;
      return socket;
    }

    /** False once it was told to disconnect in the meantime. */
    #isWanted(): boolean {
      return this.connecting;
    }
  };
}

/** A socket that is being connected. */
export async function dial(where: Whereabouts): Promise<Socket> {
  const { host, port, path, tls } = where();
  const address = path === undefined ? { host, port } : { path };
  return tls === undefined
    ? createConnection(address)
    : connectTls({ ...address, ...(await credentials(tls)) });
}

async function credentials(tls: RedisTls): Promise<ConnectionOptions> {
  const { caPath, certPath, keyPath } = tls;
  const [ca, cert, key] = await Promise.all([caPath, certPath, keyPath].map(readIfNamed));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

async function readIfNamed(path: string | undefined): Promise<Buffer | undefined> {
  return path === undefined ? undefined : readFile(path);
}

function failedSocket(error: unknown): Socket {
  return new Socket().destroy(error instanceof Error ? error : new Error(String(error)));
}
