import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';

import { createControlServer } from '../../src/api/control-server.js';
import type { Listener } from '../../src/api/listener.js';
import type { Order } from '../../src/domain/evidence.js';
import type { OperatorDesk, OrderOutcome } from '../../src/ports/status-view.js';
import { ask, postJson, type Answered } from '../support/http.js';
import { sampleView } from '../support/sample-status-view.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';

const NOW_MS = 1_000_000;

describe('the control socket', () => {
  const orders: (Order | { by: string; why: string })[] = [];
  let outcome: OrderOutcome;
  let directory: ReturnType<typeof temporaryDirectory>;
  let socketPath: string;
  let listener: Listener | undefined;

  const desk: OperatorDesk = {
    drain: (order) => Promise.resolve((orders.push(order), outcome)),
    undrain: (order) => Promise.resolve((orders.push(order), outcome)),
    freeze: (order) => Promise.resolve((orders.push(order), outcome)),
    unfreeze: (order) => Promise.resolve((orders.push(order), outcome)),
    degrade: (order) => Promise.resolve((orders.push(order), outcome)),
    restore: (order) => Promise.resolve((orders.push(order), outcome)),
  };
  let guardIsGone = false;
  let steppedAside = 0;
  const succession = {
    mayBeSucceeded: () => guardIsGone,
    stepAside: () => {
      steppedAside += 1;
    },
  };
  const source = { view: () => sampleView() };
  const open = (): Promise<Listener> =>
    createControlServer(source, desk, {
      socketPath,
      clock: { nowMs: () => NOW_MS },
      succession,
    });
  const post = (path: string, body: unknown): Promise<Answered> => postJson(socketPath, path, body);

  beforeEach(() => {
    orders.length = 0;
    outcome = { done: true, says: ['a: home-demoted, rank 2.'] };
    directory = temporaryDirectory();
    socketPath = within(directory, 'run/control.sock');
  });

  afterEach(async () => {
    await listener?.close();
    listener = undefined;
    directory.remove();
  });

  it('serves the status as well, to its owner and group only', async () => {
    listener = await open();
    assert.equal((await ask(socketPath, { path: '/status' })).status, 200);
    assert.equal(statSync(socketPath).mode & 0o777, 0o660);
  });

  it('makes room for a successor once its guard is gone, and not before', async () => {
    listener = await open();
    assert.equal((await ask(socketPath, { path: '/step-aside', method: 'POST' })).status, 409);
    guardIsGone = true;
    assert.equal((await ask(socketPath, { path: '/step-aside', method: 'POST' })).status, 200);
    assert.equal(steppedAside, 1);
  });

  it('passes a drain on with who, why and when it ends', async () => {
    listener = await open();
    const { status, text } = await post('/drain', { by: 'anna', why: 'update', forMs: 60_000 });
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), outcome);
    assert.deepEqual(orders, [
      { by: 'anna', why: 'update', atMs: NOW_MS, untilMs: NOW_MS + 60_000, force: false },
    ]);
  });

  it('leaves the end open when none is asked for', async () => {
    listener = await open();
    await post('/drain', { by: 'anna', why: 'update' });
    assert.deepEqual(orders, [
      { by: 'anna', why: 'update', atMs: NOW_MS, untilMs: undefined, force: false },
    ]);
  });

  it('passes a forced drain on as one', async () => {
    listener = await open();
    await post('/drain', { by: 'anna', why: 'update', force: true });
    assert.deepEqual(orders, [
      { by: 'anna', why: 'update', atMs: NOW_MS, untilMs: undefined, force: true },
    ]);
  });

  it('passes a freeze on with its end and whether it covers a death, and takes it back', async () => {
    listener = await open();
    await post('/freeze', { by: 'anna', why: 'router' });
    await post('/freeze', { by: 'anna', why: 'router', forMs: 1_000, evenDead: true });
    await post('/unfreeze', { by: 'anna', why: 'done' });
    const frozen = { by: 'anna', why: 'router', atMs: NOW_MS };
    assert.deepEqual(orders, [
      { ...frozen, untilMs: undefined, evenDead: false },
      { ...frozen, untilMs: NOW_MS + 1_000, evenDead: true },
      { by: 'anna', why: 'done' },
    ]);
  });

  it('passes on that the relay is called degraded, with its end, and takes it back', async () => {
    listener = await open();
    await post('/degrade', { by: 'monitor', why: 'one-way audio', forMs: 1_000 });
    await post('/restore', { by: 'monitor', why: 'heard again' });
    const word = { by: 'monitor', why: 'one-way audio', atMs: NOW_MS, untilMs: NOW_MS + 1_000 };
    assert.deepEqual(orders, [word, { by: 'monitor', why: 'heard again' }]);
  });

  it('answers 409 and says why when the order did not come about', async () => {
    listener = await open();
    outcome = { done: false, says: ['Not confirmed.'] };
    const { status, text } = await post('/undrain', { by: 'anna', why: 'done' });
    assert.equal(status, 409);
    assert.deepEqual(JSON.parse(text), outcome);
  });

  for (const { given, body, says } of [
    { given: 'nobody', body: { why: 'x' }, says: /'by'/ },
    { given: 'no reason', body: { by: 'anna' }, says: /'why'/ },
    { given: 'an empty reason', body: { by: 'anna', why: ' ' }, says: /why/ },
    { given: 'a control character', body: { by: 'anna', why: 'a\u001b[2J' }, says: /why/ },
    { given: 'a reason of 501', body: { by: 'a', why: 'x'.repeat(501) }, says: /500/ },
    { given: 'an unknown key', body: { by: 'a', why: 'b', soon: true }, says: /additional/ },
    { given: 'a time as text', body: { by: 'a', why: 'b', forMs: '1' }, says: /forMs/ },
    { given: 'a time of 0', body: { by: 'a', why: 'b', forMs: 0 }, says: /forMs/ },
  ]) {
    it(`refuses an order with ${given}, and gives no order`, async () => {
      listener = await open();
      const { status, text } = await post('/drain', body);
      assert.equal(status, 400);
      assert.match((JSON.parse(text) as { error: string }).error, says);
      assert.deepEqual(orders, []);
    });
  }

  it('refuses a body that is too long or no JSON', async () => {
    listener = await open();
    assert.equal((await post('/drain', { by: 'a', why: 'x'.repeat(5_000) })).status, 413);
    const headers = { 'content-type': 'application/json' };
    const broken = { path: '/drain', method: 'POST', headers, body: '{' };
    assert.equal((await ask(socketPath, broken)).status, 400);
  });

  it('takes over the socket of a sidecar that was killed', async () => {
    await leaveStaleSocket(within(directory, 'control.sock'));
    socketPath = within(directory, 'control.sock');
    assert.ok(existsSync(socketPath));
    listener = await open();
    assert.equal((await ask(socketPath, { path: '/healthz' })).status, 200);
  });

  it('does not start beside a sidecar that answers, and leaves that one its socket', async () => {
    listener = await open();
    await assert.rejects(open(), { name: 'ListenError', code: 'already-running' });
    assert.equal((await ask(socketPath, { path: '/healthz' })).status, 200);
  });

  it('is had by exactly one of several that start at once over a leftover', async function () {
    this.timeout(30_000);
    socketPath = within(directory, 'control.sock');
    for (let round = 0; round < 6; round += 1) {
      await leaveStaleSocket(socketPath);
      const opened = await Promise.allSettled([open(), open(), open()]);
      const had = opened.filter((each) => each.status === 'fulfilled');
      assert.equal(had.length, 1, `round ${round}`);
      assert.equal((await ask(socketPath, { path: '/healthz' })).status, 200);
      await had[0]?.value.close();
    }
  });

  it('never removes what is not a socket', async () => {
    socketPath = within(directory, 'notes.txt');
    writeFileSync(socketPath, 'precious');
    await assert.rejects(open(), { name: 'ListenError', code: 'address-unusable' });
    assert.ok(existsSync(socketPath));
  });

  it('leaves no socket behind', async () => {
    const opened = await open();
    await opened.close();
    assert.equal(existsSync(socketPath), false);
  });
});

/** A real leftover: a process listens and is killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}
