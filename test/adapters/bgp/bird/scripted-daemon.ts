// A Unix socket that plays BIRD's part as a test dictates, for what the real BIRD cannot be made to
// do: answer in splinters, stop in the middle, or never come to an end.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const GREETING = '0001 BIRD 2.0.12 ready.\n';

export class ScriptedDaemon {
  readonly socketPath: string;
  /** Every line that was received, over all connections. */
  readonly received: string[] = [];
  readonly #directory: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** Answers every line that arrives with what `answer` does to the socket. */
  static async start(
    answer: (line: string, socket: Socket) => void,
    greeting = GREETING,
  ): Promise<ScriptedDaemon> {
    const directory = await mkdtemp(join(tmpdir(), 'hl-ctl-'));
    const daemon = new ScriptedDaemon(directory, answer, greeting);
    daemon.#server.listen(daemon.socketPath);
    await once(daemon.#server, 'listening');
    return daemon;
  }

  private constructor(
    directory: string,
    answer: (line: string, socket: Socket) => void,
    greeting: string,
  ) {
    this.#directory = directory;
    this.socketPath = join(directory, 'ctl');
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n').filter((each) => each !== '')) {
          this.received.push(line);
          answer(line, socket);
        }
      });
      socket.write(greeting);
    });
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
    await rm(this.#directory, { recursive: true, force: true });
  }
}
