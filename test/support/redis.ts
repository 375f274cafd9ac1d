import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './free-port.js';
import { startProgram, type Program } from './program.js';
import { waitUntil } from './wait.js';

/** `npm run unit:valkey` runs the tests of Redis on Valkey. */
const SERVER = process.env['HOLDLINE_TEST_STORE'] === 'valkey' ? 'valkey-server' : 'redis-server';
const START_DEADLINE_MS = 10_000;
const REPLY_DEADLINE_MS = 2_000;

export interface RedisOptions {
  /** A port to use again, of an earlier one that has ended. */
  readonly port?: number;
  readonly replicaOf?: RedisProgram;
  /** More of its command line, `--requirepass ...` for example. */
  readonly args?: readonly string[];
}

export interface SentinelOptions {
  readonly port?: number;
  readonly name: string;
  readonly watches: { readonly port: number };
  readonly quorum?: number;
}

export interface RedisProgram extends Program {
  readonly port: number;
  /** Fits `redis.primary` and `redis.replica` of the configuration. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly username: undefined;
    readonly password: undefined;
  };
  /** Sends commands, one a line, on a connection of their own; resolves with the raw replies. */
  send(...commands: readonly string[]): Promise<string>;
}

/** Starts a Redis on 127.0.0.1 that keeps nothing on disk, and waits until it answers. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisProgram> {
  const port = options.port ?? (await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'hl-redis-'));
  const program = startProgram(SERVER, commandLine(port, directory, options));
  void program.exited.then(() => rm(directory, { recursive: true, force: true }));
  return untilAnswers(program, port);
}

async function untilAnswers(program: Program, port: number): Promise<RedisProgram> {
  const send = (...commands: readonly string[]): Promise<string> => sendCommands(port, commands);
  const answers = async (): Promise<boolean> => {
    if (program.hasExited()) {
      throw new Error(`${SERVER} did not start: ${program.log()}`);
    }
    return /^\+PONG|^-NOAUTH|^-LOADING/.test(await send('PING').catch(() => ''));
  };
  try {
    await waitUntil(`${SERVER} answers`, answers, START_DEADLINE_MS);
  } catch (error) {
    await program.stop();
    throw error;
  }
  const server = { host: '127.0.0.1', port, username: undefined, password: undefined };
  return { ...program, port, server, send };
}

/** Starts a Sentinel on 127.0.0.1 that finds a dead primary within 300 ms. */
export async function startSentinel(options: SentinelOptions): Promise<RedisProgram> {
  const { name, watches } = options;
  const port = options.port ?? (await freePort());
  const directory = await mkdtemp(join(tmpdir(), 'hl-sentinel-'));
  // A Sentinel writes what it learns into its own file.
  const file = join(directory, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    `sentinel monitor ${name} 127.0.0.1 ${watches.port} ${options.quorum ?? 1}`,
    `sentinel down-after-milliseconds ${name} 300`,
    `sentinel failover-timeout ${name} 2000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const program = startProgram(SERVER, [file, '--sentinel']);
  void program.exited.then(() => rm(directory, { recursive: true, force: true }));
  return untilAnswers(program, port);
}

function commandLine(port: number, directory: string, options: RedisOptions): readonly string[] {
  const replicaOf = options.replicaOf?.port;
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
    ...['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'],
    ...(replicaOf === undefined ? [] : ['--replicaof', '127.0.0.1', String(replicaOf)]),
    ...(options.args ?? []),
  ];
}

/** The server closes when it has said every reply, at the end of what it is sent. */
function sendCommands(port: number, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let replies = '';
    socket.setTimeout(REPLY_DEADLINE_MS, () => socket.destroy(new Error('no reply from Redis')));
    socket.on('data', (chunk) => (replies += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(replies));
    socket.end([...commands, ''].join('\r\n'));
  });
}
