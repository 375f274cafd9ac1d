import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import { Lane } from '../../../../src/adapters/bgp/gobgp/lane.js';
import { installClock } from '../../../support/clock.js';

describe('the lane of a prefix', () => {
  let clock: SinonFakeTimers;
  let lane: Lane;
  let sent: string[];

  beforeEach(() => {
    clock = installClock();
    lane = new Lane();
    sent = [];
  });

  afterEach(() => {
    const timersLeft = clock.countTimers();
    clock.restore();
    assert.equal(timersLeft, 0, 'every path clears its timer');
  });

  function command(name: string, answeredAfterMs: number): () => Promise<void> {
    return async () => {
      sent.push(name);
      await new Promise((resolve) => setTimeout(resolve, answeredAfterMs));
    };
  }

  it("sends in the caller's own turn when it is free", async () => {
    const done = lane.send(command('a', 1));
    assert.deepEqual(sent, ['a']);
    await clock.tickAsync(1);
    await done;
  });

  it('sends one command after the other is answered, in the order of the calls', async () => {
    const done = ['a', 'b', 'c'].map((name) => lane.send(command(name, 5)));
    await clock.tickAsync(4);
    assert.deepEqual(sent, ['a']);
    await clock.tickAsync(1);
    assert.deepEqual(sent, ['a', 'b']);
    await clock.tickAsync(5);
    assert.deepEqual(sent, ['a', 'b', 'c']);
    await clock.tickAsync(5);
    await Promise.all(done);
  });

  it('waits 20 ms for the command before, and not a millisecond longer', async () => {
    const done = [lane.send(command('hung', 100)), lane.send(command('next', 1))];
    await clock.tickAsync(19);
    assert.deepEqual(sent, ['hung']);
    await clock.tickAsync(1);
    assert.deepEqual(sent, ['hung', 'next']);
    await clock.tickAsync(100);
    await Promise.all(done);
  });

  it('has the last word after a command that it overtook', async () => {
    const done = [lane.send(command('hung', 100)), lane.send(command('next', 1))];
    await clock.tickAsync(99);
    assert.deepEqual(sent, ['hung', 'next']);
    await clock.tickAsync(2);
    assert.deepEqual(sent, ['hung', 'next', 'next']);
    await Promise.all(done);
  });

  it('leaves the last word to a later call', async () => {
    const done = ['hung', 'second', 'third'].map((name) => lane.send(command(name, 100)));
    await clock.tickAsync(1_000);
    await Promise.all(done);
    assert.equal(sent.at(-1), 'third');
  });

  it('goes on after a command that failed, whose failure is for its own caller', async () => {
    const failed = assert.rejects(
      lane.send(() => Promise.reject(new Error('refused'))),
      /refused/,
    );
    const done = lane.send(command('next', 1));
    await clock.tickAsync(1);
    await Promise.all([failed, done]);
    assert.deepEqual(sent, ['next']);
  });
});
