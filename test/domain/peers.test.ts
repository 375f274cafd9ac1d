import assert from 'node:assert/strict';

import { foldPeers, NO_PEERS } from '../../src/domain/peers.js';
import { sampleWord } from '../support/sample-word.js';

const word = (sequence: number) => ({ sequence, ...sampleWord() });

describe('what is known of a peer', () => {
  it('is its last word and when that was heard', () => {
    const first = foldPeers(NO_PEERS, { kind: 'peer', atMs: 5, node: 'b', word: word(1) });
    assert.deepEqual(first['b'], { word: word(1), heardAtMs: 5, madeAfterMs: undefined });
    const second = foldPeers(first, { kind: 'peer', atMs: 9, node: 'b', word: word(2) });
    assert.equal(second['b']?.heardAtMs, 9);
  });

  it('was made after the question that it answers, and so was every later word', () => {
    const answer = { kind: 'peer', atMs: 9, node: 'b', word: word(4), madeAfterMs: 7 } as const;
    const answered = foldPeers(NO_PEERS, answer);
    assert.equal(answered['b']?.madeAfterMs, 7);
    const later = foldPeers(answered, { kind: 'peer', atMs: 99, node: 'b', word: word(5) });
    assert.equal(later['b']?.madeAfterMs, 7);
    const earlier = foldPeers(answered, { kind: 'peer', atMs: 99, node: 'b', word: word(3) });
    assert.equal(earlier, answered, 'an earlier one comes from before, by another way');
  });

  it('says nothing of another peer', () => {
    const first = foldPeers(NO_PEERS, { kind: 'peer', atMs: 5, node: 'b', word: word(1) });
    assert.equal(first['c'], undefined);
  });
});
