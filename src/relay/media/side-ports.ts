// The two ports that face one party of a media stream, with their place in the pool.

import type { Endpoint } from '../call/record.js';
import { RelayError } from '../errors.js';
import { MediaPort, type MediaPortListener } from './media-port.js';
import type { PortPool } from './port-pool.js';

/** Pairs that another program holds are skipped, but not for ever. */
const BIND_TRIES_MAX = 16;

export class SidePorts {
  readonly local: Endpoint;
  readonly rtp: MediaPort;
  readonly rtcp: MediaPort;
  readonly #pool: PortPool;

  private constructor(pool: PortPool, local: Endpoint, listener: MediaPortListener) {
    this.#pool = pool;
    this.local = local;
    const { traffic } = pool;
    this.rtp = new MediaPort(local, { listener, traffic });
    try {
      const { host, port } = local;
      this.rtcp = new MediaPort({ host, port: port + 1 }, { listener, traffic });
    } catch (error) {
      this.rtp.close();
      throw error;
    }
    const lastSsrc = pool.lastSsrc(local.port);
    this.rtp.distrust(lastSsrc);
    this.rtcp.distrust(lastSsrc);
  }

  /** On any pair that is free. Throws RelayError `no-ports` or `cannot-bind`. */
  static open(pool: PortPool, host: string, listener: MediaPortListener): SidePorts {
    for (let tries = 1; ; tries += 1) {
      const port = pool.take(performance.now());
      try {
        return new SidePorts(pool, { host, port }, listener);
      } catch (error) {
        pool.release(port, performance.now(), undefined);
        if (tries >= BIND_TRIES_MAX || !isTaken(error)) {
          throw error;
        }
      }
    }
  }

  /** On the pair that a peer's call has there. Throws RelayError `no-ports` or `cannot-bind`. */
  static openAt(pool: PortPool, local: Endpoint, listener: MediaPortListener): SidePorts {
    if (!pool.claim(local.port)) {
      const name = `${local.host}:${local.port}`;
      throw new RelayError('no-ports', `${name} is taken or outside the port range`);
    }
    try {
      return new SidePorts(pool, local, listener);
    } catch (error) {
      pool.release(local.port, performance.now(), undefined);
      throw error;
    }
  }

  close(): void {
    this.rtp.close();
    this.rtcp.close();
    const { packets, ssrc } = this.rtp.counters;
    this.#pool.release(this.local.port, performance.now(), packets === 0 ? undefined : ssrc);
  }
}

function isTaken(error: unknown): boolean {
  const cause = error instanceof RelayError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}
