import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import type { Config } from '../../src/config/config.js';
import type { RelayObservation, StoreObservation } from '../../src/domain/evidence.js';
import type { RelayProbe } from '../../src/ports/relay-probe.js';
import { createSidecar, type Sidecar } from '../../src/runtime/sidecar.js';
import { heldRoutes, HOME, ROUTER, STANDBY } from '../domain/story.js';
import { installClock } from '../support/clock.js';
import { CONFIG, FakeLog, FakeRecord, FakeSpeaker } from './fakes.js';

const SELF = { loopDelayMs: 0, cpuPct: 0, rssMb: 1, upSeconds: 1 };

describe('the sidecar', () => {
  let clock: SinonFakeTimers;
  let speaker: FakeSpeaker;
  let log: FakeLog;
  let record: FakeRecord;
  let sidecar: Sidecar;
  let relay: (seen: RelayObservation) => void;
  let redis: (seen: StoreObservation) => void;

  const probe: RelayProbe = {
    name: 'fake',
    watch: (listener, signal) => {
      relay = listener;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };

  async function start(config: Config = CONFIG): Promise<void> {
    sidecar = await createSidecar({
      config,
      version: '0.0.0',
      speaker,
      probes: [probe],
      store: {
        watch: (listener, signal) => {
          redis = listener;
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      },
      record,
      clock: { nowMs: () => Date.now() },
      log,
      meter: { read: () => SELF },
    });
    sidecar.start();
  }

  /** The relay answers, Redis is in step, the daemon holds what a healthy pair announces. */
  async function healthy(config?: Config): Promise<void> {
    await start(config);
    relay({ kind: 'relay-connection', atMs: Date.now(), state: 'open' });
    ping();
    count();
    redis({
      kind: 'redis-primary',
      atMs: Date.now(),
      outcome: 'answered',
      role: 'primary',
      offsetBytes: 9,
    });
    replica();
    hold();
    await clock.tickAsync(0);
  }

  const ping = (): void =>
    relay({ kind: 'relay-ping', atMs: Date.now(), outcome: 'answered', roundTripMs: 0.2 });
  const count = (): void =>
    relay({ kind: 'relay-sessions', atMs: Date.now(), own: 1, foreign: 2, total: 3 });
  const replica = (): void =>
    redis({
      kind: 'redis-replica',
      atMs: Date.now(),
      outcome: 'answered',
      link: 'up',
      offsetBytes: 9,
      databaseSizes: { 1: 1, 2: 2 },
    });
  const hold = (): void =>
    speaker.report({
      daemon: 'up',
      atMs: Date.now(),
      instance: '1',
      held: heldRoutes([HOME, STANDBY], [0, 1]),
      sessions: [ROUTER],
    });
  const die = (): void => {
    relay({ kind: 'relay-connection', atMs: Date.now(), state: 'ended' });
    relay({ kind: 'relay-connection', atMs: Date.now(), state: 'refused' });
  };

  beforeEach(() => {
    clock = installClock();
    speaker = new FakeSpeaker();
    log = new FakeLog();
    record = new FakeRecord();
  });

  afterEach(async () => {
    const stopped = sidecar.stop();
    await clock.tickAsync(5_000);
    await stopped;
    const timersLeft = clock.countTimers();
    clock.restore();
    assert.equal(timersLeft, 0, 'every path clears its timer');
    assert.equal(speaker.closed, true);
  });

  it('declares nothing when it finds all in place', async () => {
    await healthy();
    assert.deepEqual(speaker.declared, []);
    const view = sidecar.view();
    assert.equal(view.verdict, 'serving');
    assert.deepEqual(
      view.vips.map((vip) => [vip.rankName, vip.verified, vip.announced.length]),
      [
        ['home', true, 2],
        ['standby-ready', true, 1],
      ],
    );
  });

  it('has commanded the withdrawal before the observation of the death returns', async () => {
    await healthy();
    die();
    assert.deepEqual(
      speaker.declared.at(-1)?.map((route) => route.rank),
      ['withdrawn', 'withdrawn', 'withdrawn'],
    );
  });

  it('writes one line for the decision, with evidence, reason and stages', async () => {
    await healthy();
    die();
    await clock.tickAsync(0);
    const decision = log.find('decision');
    assert.ok(decision !== undefined);
    assert.equal(decision['outcome'], 'verified');
    assert.deepEqual(decision['changes'], [
      { vip: 'a', from: 0, to: 'withdrawn', reason: 'relay-dead' },
      { vip: 'b', from: 1, to: 'withdrawn', reason: 'relay-dead' },
    ]);
    assert.deepEqual(Object.keys(decision['stages'] as object), [
      'observedAtMs',
      'detectedAtMs',
      'decidedAtMs',
      'commandedAtMs',
      'verifiedAtMs',
    ]);
    assert.deepEqual(sidecar.view().lastFailover?.stagesMs, {
      detected: 0,
      decided: 0,
      commanded: 0,
      verified: 0,
    });
  });

  it('wakes by itself when time alone changes the verdict', async () => {
    await healthy();
    await clock.tickAsync(2_010);
    assert.equal(sidecar.view().vips[0]?.reason, 'blind');
  });

  it('tries a refused command again and says what the daemon said', async () => {
    await healthy();
    speaker.refuse = new Error('BIRD refused: 8007 Access denied');
    die();
    await clock.tickAsync(30);
    assert.ok(speaker.declared.length >= 2);
    assert.equal(
      log.lines.find((line) => line.fields['event'] === 'speaker-failed')?.message,
      speaker.refuse.message,
    );
    speaker.refuse = undefined;
    await clock.tickAsync(100);
    assert.equal(log.find('decision')?.['outcome'], 'verified');
  });

  it('closes a decision that nobody confirms as unverified, with the reason', async () => {
    await healthy();
    speaker.refuse = new Error('no answer');
    die();
    await clock.tickAsync(4_000);
    const decision = log.find('decision');
    assert.equal(decision?.['outcome'], 'unverified');
    assert.equal(decision['detail'], 'no answer');
  });

  it('marks a decision that the next one overtakes', async () => {
    await healthy();
    speaker.deaf = true;
    for (let round = 0; round < 4; round += 1) {
      relay({ kind: 'relay-ping', atMs: Date.now(), outcome: 'missed', lateMs: 0 });
    }
    die();
    assert.equal(log.find('decision')?.['outcome'], 'superseded');
  });

  it('drains on an order, keeps it on disk, and answers when it is verified', async () => {
    await healthy();
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined };
    const outcome = sidecar.desk.drain(order);
    await clock.tickAsync(1);
    assert.equal((await outcome).done, true);
    assert.deepEqual(record.saved.drained, order);
    assert.deepEqual(
      sidecar.view().vips.map((vip) => vip.rankName),
      ['home-demoted', 'standby-not-ready'],
    );
    assert.equal(sidecar.view().verdict, 'degraded');
    assert.deepEqual(sidecar.view().operator.by, 'ann');
    const back = sidecar.desk.undrain({ by: 'ann', why: 'done' });
    await clock.tickAsync(4_000);
    const said = await back;
    assert.equal(record.saved.drained, undefined);
    assert.ok(
      said.says.some((line) => line.includes('It may rise at')),
      said.says.join('\n'),
    );
  });

  it('drains although the order cannot be kept, and says so', async () => {
    await healthy();
    record.refuse = new Error('ENOSPC: no space left on device');
    const order = { by: 'ann', why: 'kernel', atMs: Date.now(), untilMs: undefined };
    const outcome = sidecar.desk.drain(order);
    await clock.tickAsync(1);
    const { done, says } = await outcome;
    assert.equal(done, false);
    assert.ok(says.some((line) => line.includes('not kept over a restart: ENOSPC')));
    assert.equal(sidecar.view().vips[0]?.rank, 2);
  });

  it('says that an order was not confirmed when the daemon does not answer', async () => {
    await start();
    const outcome = sidecar.desk.undrain({ by: 'ann', why: 'done' });
    await clock.tickAsync(3_001);
    const { done, says } = await outcome;
    assert.equal(done, false);
    assert.ok(says.at(-1)?.startsWith('Not confirmed'));
  });

  it('takes a drain back at its expiry and saves that', async () => {
    await healthy();
    const untilMs = Date.now() + 500;
    void sidecar.desk.drain({ by: 'ann', why: 'short', atMs: Date.now(), untilMs });
    await clock.tickAsync(600);
    assert.equal(record.saved.drained, undefined);
    record.refuse = new Error('EROFS');
    void sidecar.desk.drain({ by: 'ann', why: 'x', atMs: Date.now(), untilMs: Date.now() + 500 });
    await clock.tickAsync(600);
    assert.ok(log.events().includes('record-failed'));
  });

  it('leaves every route alone when it stops and on-stop is hold', async () => {
    await healthy();
    await sidecar.stop();
    relay({ kind: 'relay-connection', atMs: Date.now(), state: 'refused' });
    assert.deepEqual(speaker.declared, []);
  });

  for (const [onStop, ranks] of [
    ['drain', [2, 2, 3]],
    ['withdraw', ['withdrawn', 'withdrawn', 'withdrawn']],
  ] as const) {
    it(`declares ${ranks.join(', ')} before it stops when on-stop is ${onStop}`, async () => {
      await healthy({ ...CONFIG, onStop });
      const stopped = sidecar.stop();
      await clock.tickAsync(1);
      await stopped;
      assert.deepEqual(
        speaker.declared.at(-1)?.map((route) => route.rank),
        ranks,
      );
      assert.equal(log.find('goodbye')?.['confirmed'], true);
    });
  }

  it('shows no Redis where none is configured', async () => {
    await healthy({ ...CONFIG, redis: undefined });
    assert.equal(sidecar.view().redis, null);
  });
});
