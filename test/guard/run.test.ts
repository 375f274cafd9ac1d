import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { pause, waitUntil } from '../support/wait.js';
import { childrenOf, isAlive, SidecarBench } from './sidecar-bench.js';

const STOPPED_FOR_MS = 400;

describe('holdline run, guard and worker', function () {
  this.timeout(60_000);
  let bench: SidecarBench;

  beforeEach(() => {
    bench = new SidecarBench();
  });
  afterEach(() => bench.end());

  it('starts a killed worker again and says how often', async () => {
    await bench.start();
    const run = bench.run();
    process.kill(await run.worker(), 'SIGKILL');
    await run.worker(2);
    await waitUntil('the new worker serves', async () => (await rankName()) === 'home');
    const { self } = await bench.status();
    assert.deepEqual([self.guard, self.workerRestarts], ['guarded', 1]);
    assert.equal(run.of('worker-died')[0]?.['how'], 'SIGKILL');
    assert.equal(childrenOf(run.guard.pid!).length, 1);
  });

  it('finds a stopped worker, kills it and starts another', async () => {
    await bench.start();
    const run = bench.run();
    const first = await run.worker();
    process.kill(first, 'SIGSTOP');
    const hung = await run.said('worker-hung');
    assert.equal(hung['processState'], 'T');
    assert.ok(Number(hung['silentMs']) < 2_000, JSON.stringify(hung));
    await run.worker(2);
    assert.equal(isAlive(first), false);
  });

  it('lets a worker be that stands still for a moment only', async () => {
    await bench.start();
    const run = bench.run();
    const pid = await run.worker();
    for (let round = 0; round < 3; round += 1) {
      process.kill(pid, 'SIGSTOP');
      await pause(STOPPED_FOR_MS);
      process.kill(pid, 'SIGCONT');
      await pause(STOPPED_FOR_MS);
    }
    assert.deepEqual(run.of('worker-hung'), []);
    assert.equal((await bench.status()).self.workerRestarts, 0);
  });

  it('lets a worker be after a stop of everything, the guard included', async () => {
    await bench.start();
    const run = bench.run();
    const pid = await run.worker();
    process.kill(run.guard.pid!, 'SIGSTOP');
    process.kill(pid, 'SIGSTOP');
    await pause(2_000);
    // The guard first: it wakes to a pipe without a beat in it.
    process.kill(run.guard.pid!, 'SIGCONT');
    await pause(100);
    process.kill(pid, 'SIGCONT');
    await pause(1_500);
    assert.deepEqual(run.of('worker-hung'), []);
    assert.deepEqual(
      run.of('relay').map(({ to }) => to),
      ['alive'],
    );
  });

  it('moves nothing when it stands still for 2 s without a guard', async () => {
    await bench.start();
    const run = bench.run('--no-guard');
    await waitUntil('it serves', async () => (await rankName()) === 'home', 15_000);
    const { lastFailover } = await bench.status();
    process.kill(run.guard.pid!, 'SIGSTOP');
    await pause(2_000);
    process.kill(run.guard.pid!, 'SIGCONT');
    await pause(1_000);
    const after = await bench.status();
    assert.equal(after.self.guard, 'none');
    assert.deepEqual(after.lastFailover, lastFailover);
    assert.deepEqual(
      run.of('relay').map(({ to }) => to),
      ['alive'],
    );
  });

  it('says goodbye once when guard and worker are signalled together', async () => {
    await bench.start('on-stop: withdraw');
    const run = bench.run();
    const pid = await run.worker();
    await waitUntil('it serves', async () => (await rankName()) === 'home');
    process.kill(pid, 'SIGINT');
    process.kill(run.guard.pid!, 'SIGINT');
    process.kill(pid, 'SIGINT');
    assert.equal(await run.ended(), 0);
    assert.equal(run.of('goodbye').length, 1);
    assert.equal(isAlive(pid), false);
  });

  it('cuts a goodbye off that does not come, and ends at once at a second signal', async () => {
    await bench.start();
    const patient = bench.run();
    const first = await patient.worker();
    process.kill(first, 'SIGSTOP');
    patient.guard.kill('SIGTERM');
    assert.equal(await patient.ended(), 1);
    assert.equal(patient.of('goodbye-cut-off').length, 1);
    assert.equal(isAlive(first), false);

    const hasty = bench.run();
    const second = await hasty.worker();
    process.kill(second, 'SIGSTOP');
    hasty.guard.kill('SIGTERM');
    await pause(50);
    hasty.guard.kill('SIGTERM');
    assert.equal(await hasty.ended(), 143);
    await waitUntil('the worker ends', () => !isAlive(second));
  });

  it('ends with 2 for a broken configuration and with 3 for a taken socket', async () => {
    await bench.start();
    await bench.run().worker();
    const second = bench.run();
    assert.equal(await second.ended(), 3);
    assert.match(second.complaints, /^Another sidecar answers on /);
    writeFileSync(bench.file, 'node: 1');
    const third = bench.run();
    assert.equal(await third.ended(), 2);
    assert.deepEqual(third.lines, []);
  });

  it('goes on without its guard and makes room for the next one, moving nothing', async () => {
    await bench.start('on-stop: withdraw');
    const run = bench.run();
    const orphan = await run.worker();
    await waitUntil('it serves', async () => (await rankName()) === 'home');
    run.guard.kill('SIGKILL');
    await run.said('guard-gone');
    assert.equal((await bench.status()).self.guard, 'gone');
    const successor = bench.run();
    await successor.worker();
    await waitUntil('the orphan ends', () => !isAlive(orphan));
    assert.equal((await bench.status()).self.guard, 'guarded');
    assert.equal(successor.of('succession').length, 1);
    assert.deepEqual([run.of('goodbye'), run.of('stopped').length], [[], 1]);
  });

  it('goes on when systemd cannot be told, and says so once', async () => {
    await bench.start();
    const run = bench.run('--systemd');
    const { how } = await run.said('systemd-unreached');
    assert.match(String(how), /^1$|ENOENT/);
    assert.equal((await bench.status()).self.guard, 'guarded');
  });

  it('leaves its routes alone when a signal ends it after its guard', async () => {
    await bench.start('on-stop: withdraw');
    const run = bench.run();
    const orphan = await run.worker();
    process.kill(orphan, 'SIGTERM');
    await pause(100);
    assert.ok(isAlive(orphan), 'with a guard, signals are its business');
    run.guard.kill('SIGKILL');
    await waitUntil('the orphan ends', () => !isAlive(orphan));
    assert.deepEqual([run.of('goodbye'), run.of('stopped').length], [[], 1]);
  });

  it('withdraws every prefix when no worker lives and on-death says so, and goes on trying', async () => {
    await bench.start('on-death: withdraw');
    const run = bench.run();
    const pid = await run.worker();
    // A worker refuses to forget a drain that it cannot read; the last withdrawal needs none.
    writeFileSync(bench.statePath, 'garbage');
    process.kill(pid, 'SIGKILL');
    await run.said('withdrawn');
    assert.deepEqual([run.of('worker-given-up').length, run.of('last-withdrawal').length], [1, 1]);
    writeFileSync(bench.statePath, '{}');
    await run.worker(2);
  });

  async function rankName(): Promise<string | undefined> {
    return (await bench.status().catch(() => undefined))?.vips[0]?.rankName;
  }
});
