import assert from 'node:assert/strict';
import { userInfo } from 'node:os';

import { createControlServer } from '../../src/api/control-server.js';
import type { Listener } from '../../src/api/listener.js';
import type { Order } from '../../src/domain/evidence.js';
import type { OrderOutcome } from '../../src/ports/status-view.js';
import { sampleView } from '../support/sample-status-view.js';
import { temporaryDirectory, within } from '../support/temporary-directory.js';
import { holdline } from './holdline.js';

const NOW_MS = 5_000;

describe('the commands that talk to the sidecar', () => {
  const directory = temporaryDirectory();
  const socketPath = within(directory, 'control.sock');
  const orders: (Order | { by: string; why: string })[] = [];
  let outcome: OrderOutcome;
  let listener: Listener;

  before(async () => {
    const take = (order: (typeof orders)[number]): Promise<OrderOutcome> => {
      orders.push(order);
      return Promise.resolve(outcome);
    };
    listener = await createControlServer(
      { view: () => sampleView() },
      {
        ...{ drain: take, undrain: take, freeze: take },
        ...{ unfreeze: take, degrade: take, restore: take },
      },
      {
        socketPath,
        clock: { nowMs: () => NOW_MS },
        succession: { mayBeSucceeded: () => false, stepAside: () => undefined },
      },
    );
  });

  beforeEach(() => {
    orders.length = 0;
    outcome = { done: true, says: ['a: home-demoted, rank 2.', 'Confirmed.'] };
  });

  after(async () => {
    await listener.close();
    directory.remove();
  });

  it('show the status as text', async () => {
    const { code, out } = await holdline('status', '--socket', socketPath);
    assert.equal(code, 0);
    assert.match(out, /^relay-a: SERVING for 3 h 12 min/);
  });

  it('show the status as JSON', async () => {
    const { code, out } = await holdline('status', '--json', '--socket', socketPath);
    assert.equal(code, 0);
    assert.equal((JSON.parse(out) as { node: string }).node, 'relay-a');
  });

  it('drain in the name of the user, and say what became of it', async () => {
    const { code, out } = await holdline('drain', '--why', 'update', '--socket', socketPath);
    assert.deepEqual([code, out], [0, 'a: home-demoted, rank 2.\nConfirmed.\n']);
    const by = userInfo().username;
    assert.deepEqual(orders, [
      { by, why: 'update', atMs: NOW_MS, untilMs: undefined, force: false },
    ]);
  });

  it('drain for a time', async () => {
    await holdline('drain', '--why', 'x', '--by', 'anna', '--for', '2h', '--socket', socketPath);
    const untilMs = NOW_MS + 7_200_000;
    assert.deepEqual(orders, [{ by: 'anna', why: 'x', atMs: NOW_MS, untilMs, force: false }]);
  });

  it('drain by force', async () => {
    await holdline('drain', '--why', 'x', '--by', 'a', '--force', '--socket', socketPath);
    const untilMs = undefined;
    assert.deepEqual(orders, [{ by: 'a', why: 'x', atMs: NOW_MS, untilMs, force: true }]);
  });

  it('freeze for a time, even a dead relay, and unfreeze', async () => {
    const target = ['--why', 'x', '--by', 'a', '--socket', socketPath];
    await holdline('freeze', '--for', '1h', '--even-dead', ...target);
    await holdline('unfreeze', ...target);
    const untilMs = NOW_MS + 3_600_000;
    assert.deepEqual(orders, [
      { by: 'a', why: 'x', atMs: NOW_MS, untilMs, evenDead: true },
      { by: 'a', why: 'x' },
    ]);
  });

  it('call the relay degraded for a time, and restore it', async () => {
    const target = ['--why', 'x', '--by', 'a', '--socket', socketPath];
    await holdline('degrade', '--for', '10m', ...target);
    await holdline('restore', ...target);
    const untilMs = NOW_MS + 600_000;
    assert.deepEqual(orders, [
      { by: 'a', why: 'x', atMs: NOW_MS, untilMs },
      { by: 'a', why: 'x' },
    ]);
  });

  it('undrain, and end with 1 when it did not come about', async () => {
    outcome = { done: false, says: ['Not confirmed.'] };
    const { code, out } = await holdline('undrain', '--why', 'x', '--json', '--socket', socketPath);
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), outcome);
  });

  it('end with 2 and the reason when the sidecar refuses the order', async () => {
    const { code, err } = await holdline('drain', '--why', ' ', '--socket', socketPath);
    assert.equal(code, 2);
    assert.match(err, /^The sidecar answered 400: .*why/);
    assert.deepEqual(orders, []);
  });

  for (const args of [
    ['drain'],
    ['undrain'],
    ['degrade'],
    ['restore'],
    ['drain', '--why', 'x', '--for', '2'],
    ['status', 'now'],
    ['bogus'],
    ['status', '--bogus'],
    ['render', 'cisco'],
    [],
  ]) {
    it(`end with 2 when called as "holdline ${args.join(' ')}"`, async () => {
      assert.equal((await holdline(...args)).code, 2);
    });
  }

  it('end with 3 and one sentence when nobody answers', async () => {
    const nobody = within(directory, 'nobody.sock');
    for (const args of [['status'], ['drain', '--why', 'x'], ['undrain', '--why', 'x']]) {
      const { code, out, err } = await holdline(...args, '--socket', nobody);
      assert.deepEqual([code, out], [3, '']);
      assert.match(err, /^No sidecar answers on .*nobody\.sock: connect ENOENT .*\n$/);
    }
  });

  it('explain themselves, with examples', async () => {
    for (const command of [
      ...['check', 'render', 'status', 'drain', 'undrain', 'degrade', 'restore'],
      ...['explain', 'replay'],
    ]) {
      const { code, out } = await holdline(command, '--help');
      assert.equal(code, 0);
      assert.match(out, /\nExamples:\n {2}holdline /);
      assert.match(out, /\nExit codes: 0 /);
    }
  });
});
