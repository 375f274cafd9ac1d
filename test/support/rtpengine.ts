import { createNgClient } from '../../src/ng/client.js';
import { freePort } from './free-port.js';
import { startProgram, type Program } from './program.js';
import { pause } from './wait.js';

const MEDIA_PORTS = 100;
const START_DEADLINE_MS = 10_000;
const PING_DEADLINE_MS = 50;

export interface RtpengineOptions {
  /** Ports to use again, of an earlier one that has ended. */
  readonly ports?: RtpenginePorts;
  /** More of its command line, `--redis=...` for example. */
  readonly args?: readonly string[];
}

export interface RtpenginePorts {
  readonly ng: number;
  readonly cli: number;
  readonly media: number;
}

export interface Rtpengine extends Program {
  readonly ports: RtpenginePorts;
  readonly ng: { readonly host: string; readonly port: number };
  readonly cli: { readonly host: string; readonly port: number };
}

/** Starts rtpengine on 127.0.0.1, forwarding in user space, and waits for its first pong. */
export async function startRtpengine(options: RtpengineOptions = {}): Promise<Rtpengine> {
  const ports = options.ports ?? {
    ng: await freePort(),
    cli: await freePort(),
    media: await freePort(MEDIA_PORTS),
  };
  const program = startProgram('rtpengine', [...commandLine(ports), ...(options.args ?? [])]);
  const ng = { host: '127.0.0.1', port: ports.ng };
  try {
    await waitForPong(program, ng);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { ...program, ports, ng, cli: { host: '127.0.0.1', port: ports.cli } };
}

function commandLine(ports: RtpenginePorts): readonly string[] {
  return [
    '--config-file=none',
    '--foreground',
    '--log-stderr',
    '--log-level=5',
    '--table=-1',
    '--interface=v1/127.0.0.1',
    `--listen-ng=127.0.0.1:${ports.ng}`,
    `--listen-cli=127.0.0.1:${ports.cli}`,
    `--port-min=${ports.media}`,
    `--port-max=${ports.media + MEDIA_PORTS - 1}`,
  ];
}

async function waitForPong(
  program: Program,
  target: { host: string; port: number },
): Promise<void> {
  const client = createNgClient(target);
  const endsAtMs = performance.now() + START_DEADLINE_MS;
  try {
    while (!(await answersPing(client))) {
      if (program.hasExited() || performance.now() > endsAtMs) {
        throw new Error(`rtpengine did not start: ${program.log()}`);
      }
      await pause(PING_DEADLINE_MS);
    }
  } finally {
    client.close();
  }
}

async function answersPing(client: ReturnType<typeof createNgClient>): Promise<boolean> {
  const never = new AbortController().signal;
  try {
    await client.request({ command: 'ping' }, { deadlineMs: PING_DEADLINE_MS }, never);
    return true;
  } catch {
    return false;
  }
}
