import assert from 'node:assert/strict';

import { systemClock } from '../../../src/adapters/system/clock.js';
import { pause } from '../../support/wait.js';
import { saw, WatchedPair } from './watch-servers.js';

const STRETCH_MS = 1_500;

describe('the pace of the session store, with Redis', () => {
  const pair = new WatchedPair();

  beforeEach(() => pair.start());
  afterEach(() => pair.stop());

  /** Looks at the replica and at the primary. */
  async function looks(): Promise<readonly number[]> {
    const from = pair.observer.seen.length;
    await pause(STRETCH_MS);
    const seen = pair.observer.seen.slice(from);
    const ofReplica = seen.filter(({ kind }) => kind === 'redis-replica').length;
    return [ofReplica, seen.length - ofReplica];
  }

  async function expectTenWithoutReplica(): Promise<void> {
    const from = pair.observer.seen.length;
    await pair.replica.send('REPLICAOF NO ONE');
    await pair.observer.next('no replica', saw('redis-replica', { link: 'primary' }), from);
    const amiss = await looks();
    assert.ok(
      amiss.every((each) => each >= 11),
      amiss.join(' '),
    );
  }

  it('is five looks a second at each server while all is well', async () => {
    const found = await looks();
    assert.ok(
      found.every((each) => each >= 5 && each <= 9),
      found.join(' '),
    );
  });

  it('is ten looks a second at both while one has something amiss, and five again after it', async () => {
    await expectTenWithoutReplica();
    await pair.replica.send(`REPLICAOF 127.0.0.1 ${pair.primary.port}`);
    await pair.observer.next(
      'the link up',
      saw('redis-replica', { link: 'up' }),
      pair.observer.seen.length,
    );
    const well = await looks();
    assert.ok(
      well.every((each) => each <= 9),
      well.join(' '),
    );
  });

  it('is one look a second at the primary while the way is proven, and five when it is not', async () => {
    pair.way = { proven: true };
    const [ofReplica = 0, ofPrimary = 0] = await looks();
    assert.ok(ofReplica >= 5, `${ofReplica} looks at the replica`);
    assert.ok(ofPrimary >= 1 && ofPrimary <= 2, `${ofPrimary} looks at the primary`);
    pair.way = { proven: false };
    const doubted = await looks();
    assert.ok(
      doubted.every((each) => each >= 5),
      doubted.join(' '),
    );
  });

  it('is ten looks a second at both while one has something amiss, whatever is proven', async () => {
    pair.way = { proven: true };
    await expectTenWithoutReplica();
  });

  it('takes a primary that owes somebody else an answer for silent before its own look, until one is answered', async () => {
    pair.way = { proven: true };
    await pair.observer.next('a look', saw('redis-primary', {}), pair.observer.seen.length);
    await pair.primary.freeze();
    const from = pair.observer.seen.length;
    pair.way = { proven: true, owesSinceMs: systemClock.nowMs() };
    const silence = saw('redis-primary', { outcome: 'unanswered' });
    await pair.observer.next('silence', silence, from);
    const since = pair.observer.seen.slice(from);
    // Its own look would have come after four of the replica's or five.
    assert.ok(since.filter(({ kind }) => kind === 'redis-replica').length <= 2);

    // What the other one waits for never comes: only its connection is dead now.
    const thawedAt = pair.observer.seen.length;
    pair.primary.signal('SIGCONT');
    const well = saw('redis-primary', { outcome: 'answered' });
    await pair.observer.next('an answer', well, thawedAt);
    const answeredAt = pair.observer.seen.findIndex((seen, at) => at >= thawedAt && well(seen));
    await pause(700);
    assert.deepEqual(pair.observer.seen.slice(answeredAt).filter(silence), []);
  });
});
