import assert from 'node:assert/strict';

import type { SpeakerEvidence } from '../../src/domain/convergence.js';
import type { SessionState } from '../../src/domain/route.js';
import { ReachBook } from '../../src/runtime/reach-book.js';

function told(
  reportedAtMs: number,
  daemon: SpeakerEvidence['daemon'],
  ...states: readonly SessionState[]
): SpeakerEvidence {
  const sessions = states.map((state) => ({ neighbour: '192.0.2.1', state, bfd: 'off' as const }));
  return { daemon, reportedAtMs, held: [], sessions };
}

describe('the book of whom the routes reach', () => {
  let book: ReachBook;

  beforeEach(() => (book = new ReachBook()));

  it('says since when they reach nobody, however often that is told again', () => {
    book.note(told(1, 'up', 'established'));
    book.note(told(2, 'up', 'active', 'idle'));
    book.note(told(3, 'up', 'connect', 'active'));
    assert.deepEqual(book.cutOff, { reason: 'no-session', sinceMs: 2 });
    book.note(told(4, 'unreachable'));
    assert.deepEqual(book.cutOff, { reason: 'daemon-unreachable', sinceMs: 2 });
    book.note(told(5, 'up', 'active', 'established'));
    assert.equal(book.cutOff, undefined);
    book.note(told(6, 'unreachable'));
    assert.deepEqual(book.cutOff, { reason: 'daemon-unreachable', sinceMs: 6 });
  });

  it('does not say so while nobody can tell', () => {
    for (const speaker of [told(1, 'unknown'), told(2, 'up'), told(3, 'up', 'idle', 'unknown')]) {
      book.note(speaker);
      assert.equal(book.cutOff, undefined);
    }
  });
});
