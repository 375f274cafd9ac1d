import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a Redis, and can make every connection that stands now a dead one. */
export class DeafeningProxy {
  readonly #server: Server;
  #sockets: Socket[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(port: number): Promise<DeafeningProxy> {
    const server = createServer();
    const proxy = new DeafeningProxy(server);
    server.on('connection', (near) => {
      const far = connect({ host: '127.0.0.1', port });
      proxy.#sockets.push(near, far);
      [near, far].forEach((socket) => socket.on('error', () => undefined));
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing comes out of these connections any more, and none of them ends. */
  deafen(): void {
    this.#sockets.forEach((socket) => socket.unpipe());
    this.#sockets.forEach((socket) => socket.pause());
  }

  stop(): void {
    this.#sockets.forEach((socket) => socket.destroy());
    this.#server.close();
  }
}
