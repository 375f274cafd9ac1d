import assert from 'node:assert/strict';

import type { PeerWord } from '../../src/domain/evidence.js';
import { Story } from './story.js';

const WORD: PeerWord = {
  sequence: 1,
  version: '1.0.0',
  relay: 'alive',
  vips: [{ name: 'a', rank: 1, of: 'relay-a' }],
  sessions: { own: 7, foreign: 5 },
  lagMs: 2,
  drained: false,
  frozen: false,
  capacity: 18_000,
  canaries: { 'relay-a': true },
  missing: { a: 0 },
};

describe('what is told beside the looks at relay and Redis', () => {
  it('keeps how the own canary fares, and since when it is missed', () => {
    const story = Story.healthy();
    story.tell({ kind: 'relay-canary', atMs: 10, outcome: 'heard', roundTripMs: 1 });
    story.tell({ kind: 'relay-canary', atMs: 60, outcome: 'missed', lateMs: 0 });
    story.tell({ kind: 'relay-canary', atMs: 110, outcome: 'missed', lateMs: 25 });
    const { canary } = story.state.evidence;
    assert.deepEqual(
      [canary.state, canary.stateSinceMs, canary.missesInARow, canary.doubtedSinceMs],
      ['missed', 60, 2, 110],
    );
    assert.equal(canary.roundTripMs, 1);
    story.tell({ kind: 'relay-canary', atMs: 160, outcome: 'absent', detail: 'set up anew' });
    const after = story.state.evidence.canary;
    assert.deepEqual(
      [after.state, after.stateSinceMs, after.missesInARow, after.detail],
      ['absent', 160, 0, 'set up anew'],
    );
  });

  it('does not count a miss of the canary that fell into a stall of our own', () => {
    const story = Story.healthy();
    story.tell({ kind: 'relay-canary', atMs: 60, outcome: 'missed', lateMs: 25.1 });
    assert.equal(story.state.evidence.canary.missesInARow, 0);
  });

  it('counts the looks in a row that did not find a foreign canary', () => {
    const story = Story.healthy();
    for (const [atMs, held] of [
      [10, false],
      [20, true],
      [30, false],
      [40, false],
    ] as const) {
      story.tell({ kind: 'foreign-canary', atMs, of: 'relay-b', held });
    }
    assert.deepEqual(story.state.evidence.canary.foreign['relay-b'], {
      held: false,
      absencesInARow: 2,
      lookedAtMs: 40,
    });
  });

  it('keeps the latest of each condition', () => {
    const story = Story.healthy();
    const seen = { kind: 'relay-condition', condition: 'asked', detail: 'by file' } as const;
    story.tell({ ...seen, atMs: 10, holds: true }).tell({ ...seen, atMs: 20, holds: false });
    assert.equal(story.state.evidence.conditions.asked?.holds, false);
  });

  it('keeps the lag of the beat, and since when it is overdue', () => {
    const story = Story.healthy();
    story.tell({ kind: 'redis-beat', atMs: 10, outcome: 'seen', roundTripMs: 2 });
    assert.equal(story.state.evidence.beat.lagMs, 2);
    story.tell({ kind: 'redis-beat', atMs: 110, outcome: 'overdue', ageMs: 100 });
    story.tell({ kind: 'redis-beat', atMs: 210, outcome: 'overdue', ageMs: 200 });
    assert.deepEqual(story.state.evidence.beat, {
      state: 'overdue',
      lookedAtMs: 210,
      lagMs: 200,
      lateInARow: 0,
      lateSinceMs: undefined,
      stuckInARow: 0,
    });
    story.tell({ kind: 'redis-beat', atMs: 310, outcome: 'unsent', detail: 'mute' });
    assert.equal(story.state.evidence.beat.lagMs, undefined);
  });

  it('keeps the latest word of each peer', () => {
    const story = Story.healthy();
    story.tell({ kind: 'peer', atMs: 10, node: 'relay-b', word: WORD });
    story.tell({ kind: 'peer', atMs: 20, node: 'relay-c', word: { ...WORD, sequence: 9 } });
    assert.deepEqual(
      Object.entries(story.state.evidence.peers).map(([node, { word }]) => [node, word.sequence]),
      [
        ['relay-b', 1],
        ['relay-c', 9],
      ],
    );
  });

  it('keeps the latest comparison and repair of each database', () => {
    const story = Story.healthy();
    const counts = { expected: 5, held: 4, missing: 1, extra: 0, samples: ['x'] };
    story.tell({ kind: 'parity', atMs: 10, side: 'standby', database: 2, ...counts });
    story.tell({ kind: 'repair', atMs: 20, database: 2, published: 1, healed: 1 });
    const { compared, repaired } = story.state.evidence.callParity;
    assert.deepEqual([compared[2]?.missing, repaired[2]?.healed], [1, 1]);
  });
});
