import { open, type FileHandle } from 'node:fs/promises';

import type { RelayName, VipName } from '../lab/addresses.js';
import type { Host } from '../lab/host.js';
import type { LabProcess } from '../lab/process.js';
import { poll } from '../poll.js';

import { parseRouteLine, type RouteChange } from './route-changes.js';

const CHUNK_BYTES = 65_536;
const CHANGES_MAX = 100_000;
const LOOK_EVERY_MS = 25;

/** Follows the router's routes to the VIPs, from the lab's first second on. */
export class RouteMonitor {
  readonly #process: LabProcess;
  readonly #file: FileHandle;
  readonly #changes: RouteChange[] = [];
  #position = 0;
  #partial = '';

  private constructor(process: LabProcess, file: FileHandle) {
    this.#process = process;
    this.#file = file;
  }

  static async start(router: Host): Promise<RouteMonitor> {
    const process = router.start('routes', ['ip', '-tshort', 'monitor', 'route']);
    return new RouteMonitor(process, await open(process.logPath, 'r'));
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.#file.close();
    await this.#process.stop('SIGTERM', signal);
  }

  /** Every change to a VIP's route so far. */
  async changes(): Promise<readonly RouteChange[]> {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, CHUNK_BYTES, this.#position);
      if (bytesRead === 0) {
        return this.#changes;
      }
      this.#position += bytesRead;
      this.#take(buffer.toString('latin1', 0, bytesRead));
    }
  }

  #take(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) {
      const change = parseRouteLine(line);
      if (change !== undefined && this.#changes.length < CHANGES_MAX) {
        this.#changes.push(change);
      }
    }
  }

  async owner(vip: VipName, family: 4 | 6): Promise<RelayName | 'nobody'> {
    const changes = await this.changes();
    const last = changes.findLast((each) => each.vip === vip && each.family === family);
    return last?.owner ?? 'nobody';
  }

  /** Waits until both families of a VIP lead to a relay. */
  async waitForOwner(
    vip: VipName,
    owner: RelayName,
    limits: { readonly deadlineMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    let seen = '';
    await poll(
      {
        what: `the router to send VIP ${vip} to ${owner}`,
        everyMs: LOOK_EVERY_MS,
        seen: () => seen,
        ...limits,
      },
      async () => {
        const [four, six] = [await this.owner(vip, 4), await this.owner(vip, 6)];
        seen = `IPv4 to ${four}, IPv6 to ${six}`;
        return four === owner && six === owner ? true : undefined;
      },
    );
  }
}
