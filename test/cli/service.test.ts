import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

import { runService, type Runnable } from '../../src/cli/service.js';
import type { Ending, Supervision } from '../../src/cli/supervision.js';
import { parseConfig } from '../../src/config/load.js';
import { GOOD } from '../config/sample.js';
import { FakeLog } from '../runtime/fakes.js';
import { ask } from '../support/http.js';
import { sampleView } from '../support/sample-status-view.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';

const CLOCK = { nowMs: () => 0 };

describe('the service', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let socketPath: string;
  let port: number;
  let history: string[];
  let log: FakeLog;
  let sidecar: Runnable;

  beforeEach(async () => {
    directory = temporaryDirectory();
    socketPath = within(directory, 'control.sock');
    port = await freePort();
    history = [];
    log = new FakeLog();
    sidecar = {
      view: () => sampleView(),
      desk: {
        drain: () => Promise.reject(new Error()),
        undrain: () => Promise.reject(new Error()),
        freeze: () => Promise.reject(new Error()),
        unfreeze: () => Promise.reject(new Error()),
        degrade: () => Promise.reject(new Error()),
        restore: () => Promise.reject(new Error()),
      },
      start: () => history.push('start'),
      stop: (how) => {
        history.push(`stop with ${how}, socket ${existsSync(socketPath) ? 'open' : 'closed'}`);
        return Promise.resolve();
      },
      leave: () => {
        history.push('leave');
        return Promise.resolve();
      },
    };
  });

  afterEach(() => directory.remove());

  it('listens, runs until it is told to stop, says goodbye and closes', async () => {
    const stop = supervision();
    const running = run(stop);
    await until(() => history.includes('start'));
    await untilListening(port);
    assert.equal((await ask(`127.0.0.1:${port}`, { path: '/healthz' })).status, 200);
    assert.equal((await ask(socketPath, { path: '/healthz' })).status, 200);
    stop.end();
    await running;
    assert.deepEqual(history, ['start', 'stop with hold, socket open', 'leave']);
    assert.equal(existsSync(socketPath), false);
  });

  it('takes nothing away from the relay when another sidecar is to follow', async () => {
    const stop = supervision('hold');
    const running = run(stop);
    await until(() => history.includes('start'));
    stop.end();
    await running;
    assert.deepEqual(history, ['start', 'stop with hold, socket open']);
  });

  it('does not start the sidecar while another one holds the control socket', async () => {
    const stop = supervision();
    const first = run(stop);
    await until(() => history.includes('start'));
    await assert.rejects(run(stop), { code: 'already-running' });
    assert.deepEqual(history, ['start']);
    stop.end();
    await first;
  });

  it('guards the calls although its status port is taken, and says so', async () => {
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const stop = supervision();
    const running = run(stop);
    await until(() => log.find('status-unavailable') !== undefined);
    assert.deepEqual(history, ['start']);
    assert.equal((await ask(socketPath, { path: '/healthz' })).status, 200);
    stop.end();
    await running;
    await once(taken.close(), 'close');
  });

  function run(stop: Supervision): Promise<void> {
    const text =
      `${GOOD}control: { socket: ${socketPath} }\n` + `status: { listen: 127.0.0.1:${port} }\n`;
    const config = parseConfig(text, 'holdline.yaml');
    return runService({ config, clock: CLOCK, log, sidecar }, stop);
  }
});

/** As a guard would supervise it, ended by the test. */
function supervision(how: Ending['how'] = 'on-stop'): Supervision & { end(): void } {
  let end: (ending: Ending) => void = () => undefined;
  const ending = new Promise<Ending>((resolve) => (end = resolve));
  return {
    state: 'guarded',
    restarts: 0,
    ending,
    end: () => end({ why: 'test', how }),
    loaded: () => undefined,
    started: () => undefined,
    close: () => undefined,
    mayBeSucceeded: () => false,
    stepAside: () => undefined,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** The status port comes up after the sidecar was started. */
async function untilListening(port: number): Promise<void> {
  let listening = false;
  const knock = (): void => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      listening = true;
      socket.destroy();
    });
    socket.once('error', () => setTimeout(knock, 5));
  };
  knock();
  await until(() => listening);
}

async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!holds()) {
    assert.ok(performance.now() < endMs, 'not within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
