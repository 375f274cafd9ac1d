// The relay that is measured: a process of its own on a core of its own.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { sleep } from '../../async/sleep.js';
import { createNgClient, type NgClient } from '../../ng/client.js';
import { RelayError } from '../errors.js';

export type SubjectName = 'holdline' | 'rtpengine';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const HOST = '127.0.0.1';
const NG_PORT = 22_233;
const MEDIA_PORTS = { min: 22_300, max: 31_999 };
const START_MS_MAX = 10_000;
const PING_MS = 100;
/** /proc counts time in hundredths of a second. */
const MS_PER_CLOCK_TICK = 10;
const RELAY_CORE = 0;
const CALLERS_CORES = '1-';

export class Subject {
  readonly name: SubjectName;
  readonly ng: NgClient;
  readonly host = HOST;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(name: SubjectName, child: ChildProcess, directory: string) {
    this.name = name;
    this.#child = child;
    this.#directory = directory;
    this.ng = createNgClient({ host: HOST, port: NG_PORT });
  }

  /** Rejects with RelayError `cannot-bind` when it does not answer in time. */
  static async start(name: SubjectName, signal: AbortSignal): Promise<Subject> {
    const directory = mkdtempSync(join(tmpdir(), 'hl-bench-'));
    const command = name === 'holdline' ? holdline(directory) : rtpengine();
    const [program = '', ...args] = [...onCore(), ...command];
    const child = spawn(program, args, { stdio: 'ignore' });
    child.on('error', () => undefined);
    const subject = new Subject(name, child, directory);
    try {
      await subject.#waitForPong(signal);
      return subject;
    } catch (error) {
      subject.stop();
      throw error;
    }
  }

  /** The time that its threads have run. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid ?? 0}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_CLOCK_TICK;
  }

  rssMb(): number {
    const status = readFileSync(`/proc/${this.#child.pid ?? 0}/status`, 'utf8');
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024);
  }

  stop(): void {
    this.ng.close();
    this.#child.kill('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #waitForPong(signal: AbortSignal): Promise<void> {
    const endsAtMs = performance.now() + START_MS_MAX;
    while (performance.now() < endsAtMs && !signal.aborted) {
      const reply = await this.ng
        .request({ command: 'ping' }, { deadlineMs: PING_MS }, signal)
        .catch(() => undefined);
      if (reply?.['result'] === 'pong') {
        return;
      }
      await sleep(PING_MS, signal);
    }
    const waited = `no pong at ${HOST}:${NG_PORT} within ${START_MS_MAX} ms`;
    throw new RelayError('cannot-bind', `${this.name} did not start: ${waited}; is it installed?`);
  }
}

/** Keeps this process off the core of the relay. False where there is only one. */
export function leaveCoreToRelay(): boolean {
  if (availableParallelism() < 2) {
    return false;
  }
  spawn(
    'taskset',
    ['-a', '-c', '-p', CALLERS_CORES + String(availableParallelism() - 1), String(process.pid)],
    {
      stdio: 'ignore',
    },
  ).on('error', () => undefined);
  return true;
}

function onCore(): readonly string[] {
  return availableParallelism() < 2 ? [] : ['taskset', '-c', String(RELAY_CORE)];
}

function holdline(directory: string): readonly string[] {
  const file = join(directory, 'relay.yaml');
  const { min, max } = MEDIA_PORTS;
  writeFileSync(
    file,
    [
      `control: { udp: "${HOST}:${NG_PORT}" }`,
      `interfaces: [{ name: v1, addresses: [${HOST}] }]`,
      `ports: { min: ${min}, max: ${max}, quarantine: 0s }`,
      'log: error',
      '',
    ].join('\n'),
  );
  return [process.execPath, MAIN, 'relay', '-c', file];
}

function rtpengine(): readonly string[] {
  return [
    ...['rtpengine', '--config-file=none', '--foreground', '--log-stderr', '--log-level=3'],
    ...['--table=-1', '--num-threads=1', `--interface=v1/${HOST}`],
    `--listen-ng=${HOST}:${NG_PORT}`,
    `--port-min=${MEDIA_PORTS.min}`,
    `--port-max=${MEDIA_PORTS.max}`,
  ];
}
