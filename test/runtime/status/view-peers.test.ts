import assert from 'node:assert/strict';

import type { PeersEvidence } from '../../../src/domain/peers.js';
import { bestElsewhere, viewPeers } from '../../../src/runtime/status/view-peers.js';
import { HOME, STANDBY } from '../../domain/story.js';
import { sampleWord } from '../../support/sample-word.js';

const NOW_MS = 100_000;
const OWN = { name: HOME.name, home: 'relay-a', standbys: 1 };

function heard(heardAtMs: number, rank: number | 'withdrawn'): PeersEvidence[string] {
  const vips = [{ name: HOME.name, rank, of: 'relay-a' }];
  return { word: { sequence: 1, ...sampleWord({ vips }) }, heardAtMs, madeAfterMs: undefined };
}

describe('the peers on the status', () => {
  it('are those that were heard and the homes that are stood by for, whether heard or not', () => {
    const peers = { 'relay-c': heard(NOW_MS - 400, 1) };
    assert.deepEqual(
      viewPeers([HOME, STANDBY], peers, NOW_MS).map(({ node, state }) => [node, state]),
      [
        ['relay-b', 'unknown'],
        ['relay-c', 'heard'],
      ],
    );
  });

  it('are unknown once their word is too old, and nothing is said of them then', () => {
    const states = [3_500, 3_501].map(
      (ageMs) => viewPeers([HOME], { 'relay-b': heard(NOW_MS - ageMs, 1) }, NOW_MS)[0],
    );
    assert.deepEqual(
      states.map((peer) => [peer?.state, peer?.says === null]),
      [
        ['heard', false],
        ['unknown', true],
      ],
    );
    assert.equal(states[1]?.heardAt, new Date(NOW_MS - 3_501).toISOString());
  });

  it('name the best rank that is announced elsewhere, as far as fresh words tell', () => {
    const peers = {
      'relay-b': heard(NOW_MS, 3),
      'relay-c': heard(NOW_MS, 1),
      'relay-d': heard(NOW_MS, 'withdrawn'),
      'relay-e': heard(0, 0),
    };
    assert.deepEqual(bestElsewhere(OWN, peers, NOW_MS), { node: 'relay-c', rank: 1 });
    const { 'relay-d': gone, 'relay-e': old } = peers;
    assert.deepEqual(bestElsewhere(OWN, { gone, old }, NOW_MS), {
      node: 'gone',
      rank: 'withdrawn',
    });
    assert.equal(
      bestElsewhere({ ...OWN, home: 'relay-b' }, peers, NOW_MS),
      null,
      'nobody speaks of this VIP',
    );
  });
});
