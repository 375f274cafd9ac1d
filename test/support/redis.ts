import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './free-port.js';
import { startProgram, type Program } from './program.js';
import { waitUntil } from './wait.js';

const START_DEADLINE_MS = 10_000;
const REPLY_DEADLINE_MS = 2_000;

export interface RedisOptions {
  /** A port to use again, of an earlier one that has ended. */
  readonly port?: number;
  readonly replicaOf?: RedisProgram;
  /** More of its command line, `--requirepass ...` for example. */
  readonly args?: readonly string[];
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
  const program = startProgram('redis-server', commandLine(port, directory, options));
  void program.exited.then(() => rm(directory, { recursive: true, force: true }));
  const send = (...commands: readonly string[]): Promise<string> => sendCommands(port, commands);
  const answers = async (): Promise<boolean> => {
    if (program.hasExited()) {
      throw new Error(`redis-server did not start: ${program.log()}`);
    }
    return /^\+PONG|^-NOAUTH|^-LOADING/.test(await send('PING').catch(() => ''));
  };
  try {
    await waitUntil('redis-server answers', answers, START_DEADLINE_MS);
  } catch (error) {
    await program.stop();
    throw error;
  }
  const server = { host: '127.0.0.1', port, username: undefined, password: undefined };
  return { ...program, port, server, send };
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

/** As many replies as commands, then QUIT's: the server closes when it has said them all. */
function sendCommands(port: number, commands: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let replies = '';
    socket.setTimeout(REPLY_DEADLINE_MS, () => socket.destroy(new Error('no reply from Redis')));
    socket.on('data', (chunk) => (replies += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(replies));
    socket.write([...commands, 'QUIT', ''].join('\r\n'));
  });
}
