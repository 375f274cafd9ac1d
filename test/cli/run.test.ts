import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';

import type { StatusView } from '../../src/ports/status-view.js';
import { ask } from '../support/http.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { holdline, startHoldline } from './holdline.js';

const WAIT_MS_MAX = 10_000;

describe('holdline run', () => {
  const directory = temporaryDirectory();
  const file = within(directory, 'holdline.yaml');
  const socketPath = within(directory, 'control.sock');
  let relay: Server;
  let sidecar: ChildProcess;
  let log = '';

  before(async () => {
    relay = createServer((socket) => socket.resume().on('error', () => {})).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const { port } = relay.address() as AddressInfo;
    writeFileSync(
      file,
      `node: relay-a
relay: { kind: tcp, tcp: "tcp://127.0.0.1:${port}", degraded: { vip-missing: false } }
vips: [{ name: a, prefixes: [10.99.0.1/32], role: home }]
bgp: { driver: dry-run, local-as: 65101, neighbours: [127.0.0.9] }
failback: { settle: 0ms }
status: { listen: "127.0.0.1:${await freePort()}" }
control: { socket: ${socketPath} }
state: { path: ${within(directory, 'operator.json')} }
`,
    );
    sidecar = startHoldline('run', '-c', file);
    sidecar.stdout?.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
    await until(async () => (await rankName()) === 'home');
  });

  after(async () => {
    if (sidecar.exitCode === null && sidecar.signalCode === null) {
      sidecar.kill('SIGKILL');
      await once(sidecar, 'close');
    }
    await once(relay.close(), 'close');
    directory.remove();
  });

  it('serves, and says so', async () => {
    const { code, out } = await holdline('status', '-c', file);
    assert.equal(code, 0);
    assert.match(out, /^relay-a: SERVING /);
  });

  it('refuses a second one beside it', async () => {
    const { code, err } = await holdline('run', '-c', file);
    assert.equal(code, 3);
    assert.match(err, /^Another sidecar answers on .*control\.sock/);
    assert.equal((await ask(socketPath, { path: '/healthz' })).status, 200);
  });

  it('drains and undrains by order', async () => {
    const drained = await holdline('drain', '--why', 'test', '--by', 'anna', '-c', file);
    assert.match(drained.out, /a: home-demoted, rank 2\. A person has drained this host\./);
    await holdline('undrain', '--why', 'test', '-c', file);
    await until(async () => (await rankName()) === 'home');
  });

  it('is not ready in a dry run, which reaches nobody', async () => {
    const { status, text } = await ask(socketPath, { path: '/readyz' });
    assert.deepEqual([status, text], [503, 'No BGP session is established.\n']);
  });

  it('ends with 0 on SIGTERM, having logged nothing but JSON lines', async () => {
    sidecar.kill('SIGTERM');
    const [code] = (await once(sidecar, 'close')) as [number | null];
    assert.equal(code, 0);
    const events = log
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event?: string }).event);
    assert.ok(events.includes('started') && events.includes('decision'));
    assert.equal(events.at(-1), 'stopped');
  });

  async function rankName(): Promise<string | undefined> {
    const headers = { accept: 'application/json' };
    const { text } = await ask(socketPath, { path: '/status', headers });
    return (JSON.parse(text) as StatusView).vips[0]?.rankName;
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** Until it holds; what rejects on the way does not hold yet. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX;
  while (!(await holds().catch(() => false))) {
    assert.ok(performance.now() < endMs, `not within ${WAIT_MS_MAX} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
