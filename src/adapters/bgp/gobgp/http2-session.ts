// An HTTP/2 connection to GoBGP that is made when it is needed and made again after its end.

import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';

export class Http2Session {
  readonly #address: string;
  #session: ClientHttp2Session | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** The connection, which may still be on its way. */
  get(): ClientHttp2Session {
    const session = this.#session;
    const usable = session !== undefined && !session.closed && !session.destroyed;
    return usable ? session : (this.#session = this.#open());
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  #open(): ClientHttp2Session {
    const createConnection = (): Socket => connectTo(this.#address);
    const session = connectHttp2('http://localhost', { createConnection });
    session.on('close', () => {
      if (this.#session === session) {
        this.#session = undefined;
      }
    });
    session.on('error', ignore);
    return session;
  }
}

function connectTo(address: string): Socket {
  if (address.startsWith('unix:')) {
    return connect({ path: address.replace(/^unix:(\/\/)?/, '') });
  }
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return connect({ host, port: Number(address.slice(colon + 1)) });
}

function ignore(): void {
  // Whatever is under way rejects with it; without that, the next use connects again.
}
