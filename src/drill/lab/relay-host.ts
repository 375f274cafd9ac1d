import { readFile, writeFile } from 'node:fs/promises';

import type { RelayName } from './addresses.js';
import type { Host } from './host.js';
import type { LabProcess } from './process.js';
import {
  bfdCompanion,
  bgpDaemon,
  redisReplica,
  rtpengine,
  rtpengineSettings,
  sidecar,
  type BgpDriver,
} from './programs.js';

export type RelayProgram = 'replica' | 'rtpengine' | 'bgp' | 'bfd' | 'holdline';

/** A relay's host with its programs, each of which a scenario may kill and start again. */
export class RelayHost {
  readonly host: Host;
  readonly relay: RelayName;
  readonly #driver: BgpDriver;
  readonly #programs = new Map<RelayProgram, LabProcess>();

  constructor(host: Host, relay: RelayName, driver: BgpDriver) {
    this.host = host;
    this.relay = relay;
    this.#driver = driver;
  }

  startAll(): void {
    const common = ['replica', 'rtpengine', 'bgp', 'holdline'] as const;
    [...common, ...(this.#driver === 'gobgp' ? (['bfd'] as const) : [])].forEach((program) =>
      this.start(program),
    );
  }

  /** With its usual command line, or with another one that a scenario needs. */
  start(program: RelayProgram, command?: readonly string[]): void {
    this.#programs.set(program, this.host.start(program, command ?? this.#command(program)));
    if (program === 'rtpengine' && command === undefined) {
      this.host.start('rtpengine-settings', rtpengineSettings());
    }
  }

  /** Stops the sidecar, its routes staying, and starts it on its own file with these changes. */
  async restartSidecar(change: (file: string) => string, signal: AbortSignal): Promise<void> {
    await this.program('holdline').stop('SIGTERM', signal);
    const [node = '', main = '', ...args] = this.#command('holdline');
    const changed = '/run/holdline/changed.yaml';
    const path = args.at(-1) ?? '';
    await writeFile(this.host.path(changed), change(await readFile(path, 'utf8')));
    const command = [node, main, ...args.slice(0, -1), changed];
    this.#programs.set('holdline', this.host.start('holdline', command));
  }

  /** Starts it again unless it still runs. */
  startIfEnded(program: RelayProgram): void {
    if (!this.program(program).running) {
      this.start(program);
    }
  }

  program(program: RelayProgram): LabProcess {
    const found = this.#programs.get(program);
    if (found === undefined) {
      throw new Error(`${program} was never started on ${this.relay}`);
    }
    return found;
  }

  /** The programs that have ended, by name and how. */
  async ended(): Promise<readonly string[]> {
    const gone = [...this.#programs.values()].filter((program) => !program.running);
    return Promise.all(gone.map(async ({ name, ended }) => `${name} ended with ${await ended}`));
  }

  #command(program: RelayProgram): readonly string[] {
    switch (program) {
      case 'replica':
        return redisReplica();
      case 'rtpengine':
        return rtpengine(this.relay);
      case 'bgp':
        return bgpDaemon(this.#driver, this.relay);
      case 'bfd':
        return bfdCompanion(this.relay);
      case 'holdline':
        return sidecar(this.#driver, this.relay);
    }
  }
}
