// `holdline run` as a real process, beside a relay that answers ng pings, in a dry run.

import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { StatusView } from '../../src/ports/status-view.js';
import { freePort } from '../support/free-port.js';
import { ask } from '../support/http.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { waitUntil } from '../support/wait.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** Generous: what is measured is measured elsewhere, on a quiet machine. */
const WAIT_MS_MAX = 15_000;

export type Line = Readonly<Record<string, unknown>> & { readonly event?: string };

export class SidecarBench {
  readonly directory = temporaryDirectory();
  readonly file = within(this.directory, 'holdline.yaml');
  readonly statePath = within(this.directory, 'operator.json');
  readonly socketPath = within(this.directory, 'control.sock');
  readonly #relay: Socket = createSocket('udp4');
  readonly #runs: Run[] = [];

  async start(extra = ''): Promise<void> {
    this.#relay.on('message', (message, { port, address }) => {
      const text = message.toString('latin1');
      const cookie = text.slice(0, text.indexOf(' '));
      const reply = text.includes('4:ping') ? 'd6:result4:ponge' : 'd6:result2:oke';
      this.#relay.send(`${cookie} ${reply}`, port, address);
    });
    this.#relay.bind(0, '127.0.0.1');
    await once(this.#relay, 'listening');
    await this.configure(extra);
  }

  async configure(extra: string): Promise<void> {
    writeFileSync(
      this.file,
      `node: relay-a
relay: { kind: ng, ng: "udp://127.0.0.1:${this.#relay.address().port}", degraded: { vip-missing: false } }
vips: [{ name: a, prefixes: [10.99.0.1/32], role: home }]
bgp: { driver: dry-run, local-as: 65101, neighbours: [127.0.0.9] }
failback: { settle: 0ms }
status: { listen: "127.0.0.1:${await freePort()}" }
control: { socket: ${this.socketPath} }
state: { path: ${this.statePath} }
${extra}`,
    );
  }

  run(...args: readonly string[]): Run {
    const run = new Run(['run', '-c', this.file, ...args]);
    this.#runs.push(run);
    return run;
  }

  async status(): Promise<StatusView> {
    const headers = { accept: 'application/json' };
    const { text } = await ask(this.socketPath, { path: '/status', headers });
    return JSON.parse(text) as StatusView;
  }

  /** Kills whatever still runs. */
  async end(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.end()));
    this.#relay.close();
    this.directory.remove();
  }
}

/** One `holdline run`: the guard, its workers, and everything they log. */
export class Run {
  readonly guard: ChildProcess;
  readonly #workers: number[] = [];
  readonly #closed: Promise<unknown>;
  #log = '';
  #complaints = '';

  constructor(args: readonly string[]) {
    this.guard = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.guard.stdout?.setEncoding('utf8').on('data', (chunk: string) => (this.#log += chunk));
    this.guard.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#closed = once(this.guard, 'close');
  }

  get lines(): readonly Line[] {
    const whole = this.#log.slice(0, this.#log.lastIndexOf('\n') + 1).split('\n');
    return whole.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
  }

  get complaints(): string {
    return this.#complaints;
  }

  of(event: string): readonly Line[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** Waits for the `count`-th line of an event. */
  async said(event: string, count = 1): Promise<Line> {
    await waitUntil(
      `${count} times ${event}`,
      () => this.of(event).length >= count,
      WAIT_MS_MAX,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it said: ${this.#log}${this.#complaints}`);
    });
    return this.of(event)[count - 1]!;
  }

  /** The process id of the `count`-th worker, once it watches the relay. */
  async worker(count = 1): Promise<number> {
    const { pid } = await this.said('worker-watching', count);
    this.#workers.push(Number(pid));
    return Number(pid);
  }

  /** How the guard ended: exit code or signal, once its output has ended too. */
  async ended(): Promise<number | string | null> {
    await this.#closed;
    return this.guard.exitCode ?? this.guard.signalCode;
  }

  async end(): Promise<void> {
    for (const pid of [this.guard.pid!, ...childrenOf(this.guard.pid!), ...this.#workers]) {
      if (isOurs(pid)) {
        process.kill(pid, 'SIGKILL');
      }
    }
    await this.#closed;
  }
}

export function isAlive(pid: number): boolean {
  try {
    return !/\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A process id may be somebody else's by now. */
function isOurs(pid: number): boolean {
  try {
    return isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(MAIN);
  } catch {
    return false;
  }
}

export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((each) => each !== '')
        .map(Number),
    );
  } catch {
    return [];
  }
}
