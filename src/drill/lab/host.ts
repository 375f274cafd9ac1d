import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { poll } from '../poll.js';
import { DrillError } from '../errors.js';

import type { HostName } from './addresses.js';
import { PROGRAM_ENVIRONMENT } from './environment.js';
import { LabProcess, type ProcessOptions } from './process.js';

const COMMAND_DEADLINE_MS = 10_000;
const START_DEADLINE_MS = 5_000;
const OUTPUT_LENGTH_MAX = 1_048_576;

/**
 * The first process of a host. It holds the namespaces open, gives the host a /run and /var/lib of
 * its own, and says that it is ready by making a file there. Nobody else is on its cables, so IPv6
 * addresses need not wait a second to be found free.
 */
const HOLDER_SCRIPT = `
mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib &&
mkdir -p /run/bird /run/gobgp /run/holdline /run/drill /var/lib/holdline /var/lib/redis &&
for each in all default; do echo 0 > /proc/sys/net/ipv6/conf/$each/accept_dad; done &&
hostname "$0" && ip link set lo up && touch /run/drill/ready && exec sleep infinity`;

/** A machine of the lab: a process with network, mount and host-name namespaces of its own. */
export class Host {
  readonly name: HostName;
  readonly #holder: LabProcess;
  readonly #logDirectory: string;

  private constructor(name: HostName, holder: LabProcess, logDirectory: string) {
    this.name = name;
    this.#holder = holder;
    this.#logDirectory = logDirectory;
  }

  static async start(name: HostName, logDirectory: string, signal: AbortSignal): Promise<Host> {
    const holder = new LabProcess({
      name: `${name} itself`,
      command: ['unshare', '--net', '--mount', '--uts', 'sh', '-c', HOLDER_SCRIPT, name],
      logPath: join(logDirectory, `${name}.host.log`),
    });
    const host = new Host(name, holder, logDirectory);
    const ready = host.path('/run/drill/ready');
    await poll(
      { what: `${name} to start`, deadlineMs: START_DEADLINE_MS, everyMs: 20, signal },
      async () => ((await exists(ready)) ? true : undefined),
    );
    return host;
  }

  get pid(): number {
    return this.#holder.pid;
  }

  /** Where a file of this host is seen from outside its mount namespace. */
  path(inside: string): string {
    return `/proc/${this.#holder.pid}/root${inside}`;
  }

  logPath(name: string): string {
    return join(this.#logDirectory, `${this.name}.${name}.log`);
  }

  /** Runs a command on this host to its end; anything but exit code 0 is an error. */
  async run(command: readonly string[], signal: AbortSignal): Promise<string> {
    const [file, ...args] = this.#enter(command);
    const result = await execa(file ?? '', args, {
      reject: false,
      stdin: 'ignore',
      timeout: COMMAND_DEADLINE_MS,
      maxBuffer: OUTPUT_LENGTH_MAX,
      cancelSignal: signal,
      env: PROGRAM_ENVIRONMENT,
    });
    if (result.failed) {
      const said = result.stderr === '' ? result.shortMessage : result.stderr;
      throw new DrillError(
        'command-failed',
        `\`${command.join(' ')}\` failed on ${this.name}: ${said}`,
      );
    }
    return result.stdout;
  }

  /** Starts a program on this host; its output goes to a log file named after it. */
  start(
    name: string,
    command: readonly string[],
    stdio: Pick<ProcessOptions, 'stdin' | 'stdout'> = {},
  ): LabProcess {
    return new LabProcess({
      name: `${name} on ${this.name}`,
      // nsenter replaces itself by the program, so the process id is the program's own.
      command: this.#enter(command),
      logPath: this.logPath(name),
      ...stdio,
    });
  }

  #enter(command: readonly string[]): readonly string[] {
    return ['nsenter', '-t', String(this.#holder.pid), '-n', '-m', '-u', ...command];
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
