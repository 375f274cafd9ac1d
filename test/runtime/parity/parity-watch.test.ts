import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import type { ParityObservation, RepairObservation } from '../../../src/domain/evidence.js';
import { ParityWatch, type ParityParts } from '../../../src/runtime/parity/parity-watch.js';
import { installClock } from '../../support/clock.js';
import { FakeKeys, FakeRelay } from './bench.js';

type Seen = ParityObservation | RepairObservation;

/** Home of database 1, standby for database 2. */
const SIDES = [
  { kind: 'home', vip: 'a', database: 1 },
  { kind: 'standby', vip: 'b', database: 2, of: 'relay-b' },
] as const;

const ROUND_MS = 10_000;

describe('the comparison by Call-ID', () => {
  let clock: SinonFakeTimers;
  let relay: FakeRelay;
  let keys: FakeKeys;
  let seen: Seen[];
  let said: string[];
  let stop: AbortController;
  let disagree: boolean;
  let watch: ParityWatch;
  let watched: Promise<void>;

  beforeEach(() => {
    clock = installClock();
    relay = new FakeRelay();
    keys = new FakeKeys({ 1: ['a1', 'a2', 'a3'], 2: ['b1', 'b2', 'b3', 'b4', 'b5'] });
    relay.hold(1, ['a1', 'a2', 'a3']);
    relay.hold(2, ['b1', 'b2', 'b3', 'b4', 'b5'], { foreign: true });
    seen = [];
    said = [];
    disagree = false;
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await watched;
    const timersLeft = clock.countTimers();
    clock.restore();
    assert.equal(timersLeft, 0, 'every path clears its timer');
  });

  const start = (changes: Partial<ParityParts> = {}): void => {
    const say = (_fields: object, message: string): void => void said.push(message);
    watch = new ParityWatch({
      sides: SIDES,
      lister: relay,
      connect: () => keys,
      repair: 'on',
      intervalMs: 30_000,
      disagree: () => disagree,
      isAway: () => false,
      clock: { nowMs: () => Date.now() },
      log: { info: say, warn: say, error: say },
      ...changes,
    });
    watched = watch.watch((each) => seen.push(each), stop.signal);
  };

  const found = (database: number): Seen | undefined =>
    seen.findLast((each) => each.kind === 'parity' && each.database === database);

  it('finds nothing where all is well, with one listing and one connection', async () => {
    start();
    await clock.tickAsync(ROUND_MS);
    assert.deepEqual(
      seen.map((each) => (each.kind === 'parity' ? [each.side, each.expected, each.missing] : [])),
      [
        ['home', 3, 0],
        ['standby', 5, 0],
      ],
    );
    assert.deepEqual([relay.listings, keys.closed, said.length], [1, 1, 0]);
  });

  it('is done anew at the interval, and within seconds when the counts disagree', async () => {
    start();
    await clock.tickAsync(29_000);
    assert.equal(relay.listings, 1);
    await clock.tickAsync(5_000);
    assert.equal(relay.listings, 2);
    disagree = true;
    await clock.tickAsync(7_000);
    assert.equal(relay.listings, 3);
  });

  it('is done half as often each time while the counts disagree and every call is held', async () => {
    disagree = true;
    start();
    await clock.tickAsync(100_000);
    assert.equal(relay.listings, 5);
  });

  it('is done again soon while a standby lacks calls, but not for ever', async () => {
    relay.sessions.delete('b2');
    start({ repair: 'off' });
    await clock.tickAsync(60_000);
    const soon = seen.filter((each) => each.atMs <= 25_000).length / SIDES.length;
    const all = seen.length / SIDES.length;
    assert.deepEqual([soon, all], [4, 5]);
  });

  it('leaves out a call that ends between the two looks', async () => {
    relay.sessions.delete('b1');
    keys.onKept = () => keys.keysOf(2).delete('b1');
    start();
    await clock.tickAsync(ROUND_MS);
    assert.equal(found(2)?.kind === 'parity' && (found(2) as ParityObservation).missing, 0);
    assert.equal(relay.listings, 1);
  });

  it('leaves out a call whose key had not come yet, and one that came to the relay late', async () => {
    relay.hold(1, ['in-set-up']);
    keys.keysOf(2).add('late');
    keys.onKept = () => {
      keys.keysOf(1).add('in-set-up');
      relay.hold(2, ['late'], { foreign: true });
    };
    start();
    await clock.tickAsync(ROUND_MS);
    const numbers = seen.map((each) => (each.kind === 'parity' ? each.missing + each.extra : -1));
    assert.deepEqual(numbers, [0, 0]);
  });

  it('counts a call as held whoever owns it: taken over here, or by the standby of this home', async () => {
    relay.hold(1, ['a1'], { foreign: true });
    relay.hold(2, ['b1'], { foreign: false });
    keys.keysOf(1).add('b1');
    start();
    await clock.tickAsync(ROUND_MS);
    const numbers = seen.map((each) => (each.kind === 'parity' ? each.missing + each.extra : -1));
    assert.deepEqual(numbers, [0, 0]);
  });

  it('leaves out canary calls on both sides', async () => {
    keys.keysOf(2).add('holdline-canary-relay-b');
    relay.hold(1, ['holdline-canary-relay-a']);
    start();
    await clock.tickAsync(ROUND_MS);
    assert.deepEqual(
      seen.map((each) => (each.kind === 'parity' ? [each.expected, each.extra] : [])),
      [
        [3, 0],
        [5, 0],
      ],
    );
  });

  it("tells of the home's calls that Redis does not keep", async () => {
    relay.hold(1, ['unwritten', 'unwritten too']);
    start();
    await clock.tickAsync(ROUND_MS);
    const home = found(1);
    assert.deepEqual(home?.kind === 'parity' && [home.missing, home.extra], [0, 2]);
    assert.match(said.join('\n'), /holds 2 that Redis does not keep: VIP a/);
  });

  it('does not take a call that is ending for one that Redis has lost', async () => {
    relay.hold(1, ['over'], { ending: true });
    start();
    await clock.tickAsync(ROUND_MS);
    assert.ok(seen.every((each) => each.kind === 'parity' && each.extra === 0));
  });

  it('says nothing while the replica is out of step, or has got another primary meanwhile', async () => {
    keys.standingNow = { ...keys.standingNow, inStep: false };
    start();
    await clock.tickAsync(ROUND_MS);
    keys.standingNow = { ...keys.standingNow, inStep: true };
    relay.sessions.delete('b1');
    keys.onKept = () => {
      keys.standingNow = { ...keys.standingNow, primary: `${keys.standingNow.primary}'` };
    };
    await clock.tickAsync(60_000);
    assert.deepEqual(seen, []);
  });

  it('says once why nothing is compared, and lets go of the connection each time', async () => {
    relay.refuse = new Error('nobody listens');
    start();
    await clock.tickAsync(100_000);
    assert.deepEqual(said, ['sessions are not compared: nobody listens']);
    assert.equal(keys.closed, relay.listings);
    assert.deepEqual(seen, []);
  });

  it('names a setting that keeps events from the relay, once, and says when it is well again', async () => {
    const dangers = (): readonly string[] => watch.dangers.map(({ value }) => value);
    keys.events = 'gx';
    start();
    assert.deepEqual(dangers(), []);
    await clock.tickAsync(40_000);
    assert.deepEqual(dangers(), ['"gx"']);
    keys.events = 'K$g';
    await clock.tickAsync(40_000);
    assert.deepEqual(dangers(), []);
    keys.events = undefined;
    await clock.tickAsync(40_000);
    assert.deepEqual(dangers(), []);
    assert.deepEqual(
      said.map((line) => line.slice(0, 56)),
      [
        'notify-keyspace-events of the local replica is "gx": the',
        'notify-keyspace-events of the local replica is "K$g": th',
      ],
    );
  });

  describe('and its repair', () => {
    it('tells again of what the standby lacks, and of nothing else', async () => {
      relay.sessions.delete('b2');
      relay.sessions.delete('b4');
      relay.sessions.delete('a1');
      keys.onTold = (callId) => relay.hold(2, [callId], { foreign: true });
      start();
      await clock.tickAsync(ROUND_MS);
      assert.deepEqual(keys.told, ['2:b2', '2:b4']);
      const repaired = seen.find((each) => each.kind === 'repair');
      assert.deepEqual(
        repaired?.kind === 'repair' && [repaired.published, repaired.healed],
        [2, 2],
      );
      const standby = found(2);
      assert.deepEqual(standby?.kind === 'parity' && [standby.held, standby.missing], [5, 0]);
      assert.match(said.join('\n'), /2 sessions of VIP b were brought back, 0 are missing still/);
    });

    for (const [given, mode, readOnly] of [
      ['it is only to report', 'report', true],
      ['the local Redis could be written to', 'on', false],
    ] as const) {
      it(`is left alone when ${given}, and said once`, async () => {
        relay.sessions.delete('b2');
        keys.standingNow = { ...keys.standingNow, readOnly };
        start({ repair: mode });
        await clock.tickAsync(70_000);
        assert.deepEqual(keys.told, []);
        assert.equal(said.filter((line) => line.includes('could be brought back')).length, 1);
      });
    }

    it('is silent when it is off', async () => {
      relay.sessions.delete('b2');
      start({ repair: 'off' });
      await clock.tickAsync(ROUND_MS);
      assert.deepEqual(keys.told, []);
      assert.ok(said.every((line) => !line.includes('brought back')));
    });

    it('gives a call up for five minutes that two attempts did not bring back', async () => {
      relay.sessions.delete('b2');
      start();
      await clock.tickAsync(200_000);
      assert.deepEqual(keys.told, ['2:b2', '2:b2']);
      await clock.tickAsync(200_000);
      assert.equal(keys.told.length, 4);
    });

    it('stops where nobody listens, and says so', async () => {
      relay.sessions.delete('b2');
      keys.listeners = 0;
      start();
      await clock.tickAsync(ROUND_MS);
      assert.match(said.join('\n'), /nobody on this host listens for the sessions of VIP b/);
      const repaired = seen.find((each) => each.kind === 'repair');
      assert.equal(repaired?.kind === 'repair' && repaired.published, 0);
    });

    it('tells of at most 500 calls a second, and of none that the relay got meanwhile', async () => {
      const many = Array.from({ length: 1_200 }, (_, index) => `m${index}`);
      many.forEach((callId) => keys.keysOf(2).add(callId));
      const toldAtMs: number[] = [];
      keys.onTold = (callId) => {
        toldAtMs.push(Date.now());
        relay.hold(2, [callId], { foreign: true });
        relay.hold(2, ['m1199'], { foreign: true });
      };
      start();
      await clock.tickAsync(120_000);
      assert.equal(keys.told.length, 1_199);
      const first = toldAtMs[0] ?? 0;
      assert.ok(toldAtMs.filter((atMs) => atMs < first + 1_000).length <= 500);
      assert.equal(seen.findLast((each) => each.kind === 'repair')?.kind, 'repair');
    });
  });
});
