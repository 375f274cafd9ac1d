import assert from 'node:assert/strict';

import { CommandLimit } from '../../../src/relay/control/command-limit.js';
import { ReplyCache } from '../../../src/relay/control/reply-cache.js';

describe('the limit on commands', () => {
  it('lets a burst through, then 4 in each millisecond, and never saves up more than the burst', () => {
    const limit = new CommandLimit();
    const admitted = (nowMs: number, asked: number): number =>
      Array.from({ length: asked }, () => limit.admits(nowMs)).filter(Boolean).length;
    assert.equal(admitted(0, 2_000), 1_000);
    assert.equal(admitted(1, 10), 4);
    assert.equal(admitted(101, 1_000), 400);
    assert.equal(admitted(60_000, 5_000), 1_000);
  });
});

describe('the replies by cookie', () => {
  const reply = Buffer.from('reply');

  it('are kept for 30 to 60 seconds', () => {
    const cache = new ReplyCache();
    cache.put('old', reply, 0);
    cache.put('young', reply, 30_000);
    assert.deepEqual([cache.get('old'), cache.get('young')], [reply, reply]);
    cache.put('younger', reply, 60_000);
    assert.deepEqual([cache.get('old'), cache.get('young')], [undefined, reply]);
  });

  it('are forgotten sooner when there are too many of them', () => {
    const cache = new ReplyCache();
    for (let number = 0; number < 40_000; number += 1) {
      cache.put(`c${number}`, reply, 0);
    }
    const kept = Array.from({ length: 40_000 }, (_, number) => cache.get(`c${number}`));
    assert.ok(kept.filter((each) => each !== undefined).length <= 2 * 16_384);
    assert.equal(cache.get('c39999'), reply);
  });
});
