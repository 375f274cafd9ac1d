import assert from 'node:assert/strict';

import { Ends } from '../../../../src/adapters/relay/canary/ends.js';
import { Rounds } from '../../../../src/adapters/relay/canary/rounds.js';
import { systemClock as clock } from '../../../../src/adapters/system/clock.js';
import type { RelayCanaryObservation } from '../../../../src/domain/evidence.js';
import { blockEventLoop, pause, waitUntil } from '../../../support/wait.js';

/** Two pairs of ends: what goes into one comes out of the other as if a relay stood between. */
describe('the rounds of the canary', () => {
  let ends: Ends;
  let far: Ends;
  let rounds: Rounds;
  let seen: RelayCanaryObservation[];

  beforeEach(async () => {
    seen = [];
    ends = await Ends.bind('127.0.0.1');
    far = await Ends.bind('127.0.0.1');
    const at = (port: number) => ({ host: '127.0.0.1', port });
    await ends.connect({ speaker: at(far.ports.listener), listener: at(far.ports.speaker) });
    await far.connect({ speaker: at(ends.ports.listener), listener: at(ends.ports.speaker) });
    rounds = new Rounds({ deadlineMs: 50, clock, report: (each) => seen.push(each) });
    rounds.through(ends);
  });
  afterEach(() => {
    rounds.stop();
    ends.close();
    far.close();
  });

  const outcomes = () => seen.map(({ outcome }) => outcome);

  it('are heard when the packet comes out, with the time that it took', async () => {
    far.listen((packet) => far.send(packet));
    rounds.tick(0);
    await waitUntil('heard', () => seen.length === 1);
    assert.ok(seen[0]?.outcome === 'heard' && seen[0].roundTripMs < 1_000);
    await pause(60);
    rounds.tick(0);
    await waitUntil('heard again', () => seen.length === 2);
    assert.deepEqual(outcomes(), ['heard', 'heard']);
  });

  it('are missed once, at the first tick after the deadline', async () => {
    rounds.tick(0);
    await pause(20);
    rounds.tick(0);
    await pause(1);
    assert.deepEqual(outcomes(), []);
    await pause(50);
    rounds.tick(0);
    await waitUntil('missed', () => seen.length >= 1);
    rounds.tick(0);
    await pause(1);
    assert.equal(outcomes().filter((each) => each === 'missed').length, 2);
  });

  it('are not missed for a packet that lies in the socket after a stall of this process', async () => {
    far.listen((packet) => far.send(packet));
    rounds.tick(0);
    blockEventLoop(5);
    await waitUntil('heard', () => seen.length === 1);
    rounds.tick(0);
    await new Promise(setImmediate);
    blockEventLoop(80);
    rounds.tick(80);
    await pause(5);
    assert.ok(seen.every((each) => each.outcome !== 'missed' || each.lateMs >= 80));
  });

  it('tell with a miss how late the ticks were since the packet was sent', async () => {
    rounds.tick(3);
    await pause(60);
    rounds.tick(40);
    await waitUntil('missed', () => seen.length === 1);
    assert.ok(seen[0]?.outcome === 'missed' && seen[0].lateMs === 40);
    assert.equal(seen[0].detail, 'no packet came out within 50 ms');
  });

  it('say that nobody listens when the kernel says so', async () => {
    far.close();
    rounds.tick(0);
    await pause(60);
    rounds.tick(0);
    await waitUntil('missed', () => seen.length === 1);
    assert.ok(seen[0]?.outcome === 'missed');
    assert.equal(seen[0].detail, "nobody listens on the relay's port of the canary call");
    far = await Ends.bind('127.0.0.1');
  });

  it('are still heard when the packet comes late', async () => {
    let kept: Buffer | undefined;
    far.listen((packet) => (kept ??= packet));
    rounds.tick(0);
    await waitUntil('it came', () => kept !== undefined);
    await pause(60);
    rounds.tick(0);
    await waitUntil('missed', () => seen.length === 1);
    far.send(kept ?? Buffer.alloc(0));
    await waitUntil('heard', () => seen.length === 2);
    assert.deepEqual(outcomes(), ['missed', 'heard']);
  });
});
