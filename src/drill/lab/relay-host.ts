import { readFile, writeFile } from 'node:fs/promises';

import { CLI_PORT, type RelayName } from './addresses.js';
import type { Host } from './host.js';
import type { LabProcess } from './process.js';
import {
  bfdCompanion,
  bgpDaemon,
  configPath,
  mediaRelay,
  RELAY_PID_FILES,
  rtpengineSettings,
  sidecarOn,
  storeReplica,
  type BgpDriver,
  type MediaRelayOptions,
  type StoreKind,
} from './programs.js';

export type RelayProgram = 'replica' | 'relay' | 'bgp' | 'bfd' | 'holdline';

const ADAPTED_FILE = '/run/holdline/holdline.yaml';

/**
 * rtpengine writes every restored call to Redis once more, three seconds after its start, and hardly
 * does anything else meanwhile: with 1,000 of them and `settle: 2s` a host fell silent again for
 * 0.2 s right after its return.
 */
const CALLS_SOON_SETTLED_MAX = 500;

export interface RelayHostOptions extends MediaRelayOptions {
  readonly driver: BgpDriver;
  readonly store: StoreKind;
  readonly calls: number;
  /** No canary call, no comparison by Call-ID beyond the first, no repair. */
  readonly bare: boolean;
}

/** A relay's host with its programs, each of which a scenario may kill and start again. */
export class RelayHost {
  readonly host: Host;
  readonly relay: RelayName;
  readonly #driver: BgpDriver;
  readonly #options: RelayHostOptions;
  readonly #programs = new Map<RelayProgram, LabProcess>();

  constructor(host: Host, relay: RelayName, options: RelayHostOptions) {
    this.host = host;
    this.relay = relay;
    this.#driver = options.driver;
    this.#options = options;
  }

  /** The sidecar's file, as this host sees it. */
  get sidecarFile(): string {
    return this.#isAdapted ? ADAPTED_FILE : this.#shippedFile;
  }

  get #shippedFile(): string {
    return configPath(this.#driver, this.relay, 'holdline.yaml');
  }

  get #isAdapted(): boolean {
    const { relay, bare, calls } = this.#options;
    return relay !== 'rtpengine' || bare || calls > CALLS_SOON_SETTLED_MAX;
  }

  /** The shipped file, told of the relay that it has to do with here, and of what it is to leave. */
  async sidecarText(): Promise<string> {
    const { relay, bare, calls } = this.#options;
    const shipped = await readFile(this.#shippedFile, 'utf8');
    const settled = calls > CALLS_SOON_SETTLED_MAX ? settlingLonger(shipped) : shipped;
    const text = bare ? withoutKnowing(settled) : settled;
    return relay === 'rtpengine'
      ? text
      : text
          .replace('kind: rtpengine', `kind: ng\n  cli: tcp://127.0.0.1:${CLI_PORT}`)
          .replace(RELAY_PID_FILES.rtpengine, RELAY_PID_FILES.holdline);
  }

  /** Before anything is started. */
  async prepare(): Promise<void> {
    if (this.#isAdapted) {
      await writeFile(this.host.path(ADAPTED_FILE), await this.sidecarText());
    }
  }

  startAll(): void {
    const common = ['replica', 'relay', 'bgp', 'holdline'] as const;
    [...common, ...(this.#driver === 'gobgp' ? (['bfd'] as const) : [])].forEach((program) =>
      this.start(program),
    );
  }

  /** With its usual command line, or with another one that a scenario needs. */
  start(program: RelayProgram, command?: readonly string[]): void {
    this.#programs.set(program, this.host.start(program, command ?? this.#command(program)));
    if (program === 'relay' && this.#options.relay === 'rtpengine' && command === undefined) {
      this.host.start('rtpengine-settings', rtpengineSettings());
    }
  }

  /** Stops the sidecar, its routes staying, and starts it on its own file with these changes. */
  async restartSidecar(change: (file: string) => string, signal: AbortSignal): Promise<void> {
    await this.program('holdline').stop('SIGTERM', signal);
    const changed = '/run/holdline/changed.yaml';
    await writeFile(this.host.path(changed), change(await this.sidecarText()));
    this.#programs.set('holdline', this.host.start('holdline', sidecarOn(changed)));
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
        return storeReplica(this.#options.store);
      case 'relay':
        return mediaRelay(this.#options, this.relay);
      case 'bgp':
        return bgpDaemon(this.#driver, this.relay);
      case 'bfd':
        return bfdCompanion(this.relay);
      case 'holdline':
        return sidecarOn(this.sidecarFile);
    }
  }
}

function withoutKnowing(file: string): string {
  return file
    .replace(/^relay:\n/m, 'relay:\n  canary: { enabled: false }\n')
    .replace(/^redis:\n/m, 'redis:\n  repair: off\n  parity-interval: 1h\n');
}

function settlingLonger(file: string): string {
  return file.replace('settle: 2s, max-hold: 2s', 'settle: 6s, max-hold: 6s');
}
