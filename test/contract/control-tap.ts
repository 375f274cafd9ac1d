// Stands between a driver and BIRD's control socket, passes everything on, and notes when the driver
// looked and when BIRD announced something.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LOOK = 'show protocols';

export class ControlTap {
  readonly socketPath: string;
  readonly #directory: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #looksAtMs: number[] = [];
  #announcedAtMs: number | undefined;

  static async open(behind: string): Promise<ControlTap> {
    const tap = new ControlTap(await mkdtemp(join(tmpdir(), 'hl-tap-')), behind);
    tap.#server.listen(tap.socketPath);
    await once(tap.#server, 'listening');
    return tap;
  }

  private constructor(directory: string, behind: string) {
    this.#directory = directory;
    this.socketPath = join(directory, 'ctl');
    this.#server = createServer((near) => this.#join(near, createConnection(behind)));
  }

  looksInLast(spanMs: number): number {
    const sinceMs = performance.now() - spanMs;
    return this.#looksAtMs.filter((atMs) => atMs >= sinceMs).length;
  }

  /** From the first announcement after `forget` to the look that followed it. */
  get announcementToLookMs(): number | undefined {
    const announcedAtMs = this.#announcedAtMs;
    if (announcedAtMs === undefined) {
      return undefined;
    }
    const lookAtMs = this.#looksAtMs.find((atMs) => atMs >= announcedAtMs);
    return lookAtMs === undefined ? undefined : lookAtMs - announcedAtMs;
  }

  forget(): void {
    this.#announcedAtMs = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
    await rm(this.#directory, { recursive: true, force: true });
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    near.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(LOOK)) {
        this.#looksAtMs.push(performance.now());
      }
      far.write(text);
    });
    far.setEncoding('utf8').on('data', (text: string) => {
      if (/^\+/m.test(text)) {
        this.#announcedAtMs ??= performance.now();
      }
      near.write(text);
    });
  }
}
