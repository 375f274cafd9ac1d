// What goes on beside the pings while they are recorded.

import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { CallPlan } from '../../src/drill/callers/protocol.js';
import type { Rtpengine } from '../support/rtpengine.js';
import { Random } from '../sim/random.js';
import type { Condition } from './recording.js';

const CALLERS = fileURLToPath(new URL('../../src/drill/callers/main.js', import.meta.url));
const CALLS = 100;
const PACKET_MS = 20;
const BUSY_A_CORE = 2;

/** Begins the disturbance and returns the way to end it. */
export async function disturb(condition: Condition, relay: Rtpengine): Promise<() => void> {
  switch (condition) {
    case 'quiet':
      return () => undefined;
    case 'calls':
      return makeCalls(relay);
    case 'saturated':
      return endAll(Array.from({ length: BUSY_A_CORE * availableParallelism() }, busyProcess));
    case 'stops':
      return stopNowAndThen(relay.pid, { everyMs: [1_000, 3_000], forMs: [20, 120] });
    case 'own-stops':
      return stopNowAndThen(process.pid, { everyMs: [2_000, 5_000], forMs: [50, 1_000] });
  }
}

function busyProcess(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

function endAll(children: readonly ChildProcess[]): () => void {
  return () => children.forEach((child) => child.kill('SIGKILL'));
}

/** A process that sleeps elsewhere does it: one that is stopped cannot continue itself. */
function stopNowAndThen(
  pid: number,
  times: { readonly everyMs: readonly [number, number]; readonly forMs: readonly [number, number] },
): () => void {
  const random = new Random(1);
  const seconds = ([least, most]: readonly [number, number]): string =>
    (random.between(least, most) / 1_000).toFixed(3);
  const lines = Array.from(
    { length: 100 },
    () =>
      `sleep ${seconds(times.everyMs)}; kill -STOP ${pid}; sleep ${seconds(times.forMs)}; kill -CONT ${pid}`,
  );
  return endAll([spawn('sh', ['-c', lines.join('\n')], { stdio: 'ignore' })]);
}

async function makeCalls(relay: Rtpengine): Promise<() => void> {
  const callers = spawn(process.execPath, [CALLERS], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answered = new Promise<string>((resolve) =>
    callers.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  const calls = Array.from({ length: CALLS }, (_, index) => planCall(index, relay));
  const command = { id: 1, command: { do: 'set-up', calls } };
  callers.stdin.write(`${JSON.stringify(command)}\n`);
  const said = await answered;
  if (!said.includes('"ok":true')) {
    callers.kill('SIGKILL');
    throw new Error(`the calls could not be set up: ${said}`);
  }
  return endAll([callers]);
}

function planCall(index: number, relay: Rtpengine): CallPlan {
  return {
    id: `call-${index + 1}`,
    kind: 'call',
    vip: 'a',
    family: 4,
    address: '127.0.0.1',
    relay: relay.ng,
    interfaceName: 'v1',
    intervalMs: PACKET_MS,
    phaseMs: (index * 7) % PACKET_MS,
  };
}
