import assert from 'node:assert/strict';

import { witnessPrimary } from '../../src/runtime/primary-witness.js';
import type { SessionStore } from '../../src/ports/session-store.js';

type Listener = Parameters<SessionStore['watch']>[0];

describe('the witness of the Redis primary', () => {
  it('has nothing to wait for where there is no Redis', () => {
    const { store, primaryAnswers } = witnessPrimary(undefined);
    assert.equal(store, undefined);
    assert.ok(primaryAnswers());
  });

  it('says what the last look at the primary said, and passes every look on', async () => {
    let tell: Listener = () => undefined;
    const { store, primaryAnswers } = witnessPrimary({
      watch: (listener) => {
        tell = listener;
        return Promise.resolve();
      },
    });
    const heard: unknown[] = [];
    await store?.watch((seen) => heard.push(seen), new AbortController().signal);
    assert.ok(!primaryAnswers(), 'before the first look');
    const primary = { kind: 'redis-primary', atMs: 1 } as const;
    tell({ ...primary, outcome: 'answered', role: 'primary', offsetBytes: 1 });
    assert.ok(primaryAnswers());
    tell({ kind: 'redis-replica', atMs: 2, outcome: 'unanswered', detail: 'gone' });
    assert.ok(primaryAnswers(), 'the replica is somebody else');
    tell({ ...primary, outcome: 'unanswered', detail: 'no answer' });
    assert.ok(!primaryAnswers());
    assert.equal(heard.length, 3);
  });
});
