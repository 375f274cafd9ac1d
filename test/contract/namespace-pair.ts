// Two hosts with a cable between them: network namespaces of their own, made without root. The
// programs in them keep their Unix sockets in the ordinary file system, so the test reaches those.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';

import { ADDRESSES } from './speaker-bench.js';

const KEEPER_START_MS_MAX = 5_000;

/** System programs live in sbin, which an ordinary user's PATH leaves out. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`;
const ENVIRONMENT = { ...process.env, PATH };

const BASE_PROGRAMS = { unshare: 'util-linux', nsenter: 'util-linux', ip: 'iproute2' } as const;

export interface NetworkHost {
  /** Runs a program to its end inside the host and returns what it printed. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** Starts a daemon inside the host; it dies with the test process. Its pid is its own. */
  spawn(program: string, args: readonly string[]): ChildProcess;
}

export interface NamespacePair {
  readonly speaker: NetworkHost;
  readonly router: NetworkHost;
  stop(): Promise<void>;
}

/** Fails with the line that installs what is missing; a test that cannot run is never skipped. */
export async function requirePrograms(packages: Readonly<Record<string, string>>): Promise<void> {
  for (const [program, debianPackage] of Object.entries({ ...BASE_PROGRAMS, ...packages })) {
    if (!(await isInPath(program))) {
      throw new Error(
        `\`${program}\` is not installed; as root run: apt-get install -y ${debianPackage}`,
      );
    }
  }
}

export async function startNamespacePair(): Promise<NamespacePair> {
  const first = await startKeeper(['unshare', '--user', '--map-root-user', '--net']);
  const speaker = hostIn(first);
  const second = await startKeeper([...enter(first), 'unshare', '--net']);
  const router = hostIn(second);
  const pair = {
    speaker,
    router,
    stop: async () => {
      await stopProcess(second);
      await stopProcess(first);
    },
  };
  try {
    await layCable(pair, second);
    return pair;
  } catch (error) {
    await pair.stop();
    throw error;
  }
}

/** SIGKILL; resolves when the process is gone. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function layCable(pair: NamespacePair, routerKeeper: ChildProcess): Promise<void> {
  const peer = ['peer', 'name', 'cable', 'netns', String(routerKeeper.pid)];
  await pair.speaker.run('ip', 'link', 'add', 'cable', 'type', 'veth', ...peer);
  for (const side of ['speaker', 'router'] as const) {
    const { ipv4, ipv6 } = ADDRESSES[side];
    const host = pair[side];
    await host.run('ip', 'address', 'add', `${ipv4}/24`, 'dev', 'cable');
    await host.run('ip', 'address', 'add', `${ipv6}/64`, 'dev', 'cable', 'nodad');
    await host.run('ip', 'link', 'set', 'lo', 'up');
    await host.run('ip', 'link', 'set', 'cable', 'up');
  }
}

/** A namespace lives as long as a process is in it; `cat` ends by itself when the test dies. */
async function startKeeper(command: readonly string[]): Promise<ChildProcess> {
  const [program, ...args] = [...command, 'sh', '-c', 'echo ready; exec cat'];
  const keeper = spawn(program, args, { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const outcome = await Promise.race([
    once(keeper.stdout, 'data').then(() => 'ready'),
    once(keeper, 'exit').then(() => complaint),
    new Promise<string>((resolve) =>
      setTimeout(resolve, KEEPER_START_MS_MAX, 'no word from it').unref(),
    ),
  ]);
  if (outcome !== 'ready') {
    keeper.kill('SIGKILL');
    throw new Error(
      `cannot make a private network with \`${command.join(' ')}\`: ${outcome.trim()}; ` +
        'unprivileged user namespaces must be allowed (sysctl kernel.unprivileged_userns_clone=1)',
    );
  }
  return keeper;
}

function hostIn(keeper: ChildProcess): NetworkHost {
  const prefix = enter(keeper);
  return {
    run: async (program, ...args) => {
      const [first = '', ...rest] = [...prefix, program, ...args];
      const { stdout } = await execa(first, rest, { env: ENVIRONMENT, timeout: 10_000 });
      return stdout;
    },
    spawn: (program, args) => {
      const [first = '', ...rest] = [
        ...prefix,
        ...['setpriv', '--pdeathsig', 'KILL', '--', program, ...args],
      ];
      return spawn(first, rest, { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
    },
  };
}

/** nsenter replaces itself with the program, so the child's pid is the program's. */
function enter(keeper: ChildProcess): readonly string[] {
  return ['nsenter', '--target', String(keeper.pid), '--user', '--net', '--preserve-credentials'];
}

async function isInPath(program: string): Promise<boolean> {
  for (const directory of PATH.split(':').filter((each) => each !== '')) {
    try {
      await access(join(directory, program), constants.X_OK);
      return true;
    } catch {
      // Not in this directory; the next one may have it.
    }
  }
  return false;
}
