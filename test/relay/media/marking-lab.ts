// Runs inside a network namespace of its own: marks, sends, and lets the kernel count what was marked.

import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';

import { startMarking, stopMarking } from '../../../src/relay/media/marking.js';

const OPTIONS = {
  tos: 184,
  addresses: ['127.0.0.1', '::1'],
  ports: { min: 30_000, max: 30_010 },
  id: 2_223,
};
const COUNTERS = `
table inet seen {
  counter marked4 {}
  counter marked6 {}
  chain input {
    type filter hook input priority 0;
    ip dscp ef udp dport 4000 counter name marked4
    ip6 dscp ef udp dport 4000 counter name marked6
  }
}`;
const never = new AbortController().signal;

async function send(host: string, port: number): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => socket.bind(port, host, resolve));
  await new Promise<void>((resolve) => socket.send('x', 4_000, host, () => resolve()));
  socket.close();
}

async function sendBoth(port: number): Promise<readonly number[]> {
  await send('127.0.0.1', port);
  await send('::1', port);
  return [counted('marked4'), counted('marked6')];
}

function counted(name: string): number {
  const text = execFileSync('nft', ['list', 'counter', 'inet', 'seen', name], { encoding: 'utf8' });
  return Number(/packets (\d+)/.exec(text)?.[1]);
}

execFileSync('ip', ['link', 'set', 'lo', 'up']);
execFileSync('nft', ['-f', '-'], { input: COUNTERS });
await startMarking(OPTIONS, never);
// Again, as after a relay that was killed.
await startMarking(OPTIONS, never);
const marked = await sendBoth(30_000);
const unmarked = await sendBoth(30_020);
await stopMarking(OPTIONS, never);
const last = await sendBoth(30_000);
const afterwards = last.map((count, index) => count - (unmarked[index] ?? 0));
process.stdout.write(JSON.stringify({ marked, unmarked, afterwards }));
