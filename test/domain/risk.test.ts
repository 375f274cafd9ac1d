import assert from 'node:assert/strict';

import type { ParityObservation } from '../../src/domain/evidence.js';
import { callsAtRisk } from '../../src/domain/risk.js';
import { HOME, STANDBY, Story } from './story.js';

const risk = (story: Story): unknown[] => {
  const { calls, of, because } = callsAtRisk(story.state.evidence, story.policy, story.state.nowMs);
  return [calls, of, because?.split(',')[0]];
};

describe('calls at risk', () => {
  it('are none while Redis keeps every call and the replica is in step', () => {
    assert.deepEqual(risk(Story.healthy()), [0, 5, undefined]);
  });

  it('are those that Redis does not keep', () => {
    const story = Story.healthy().count(10, 7, 7).replica(20);
    assert.deepEqual(risk(story), [2, 7, 'Redis does not keep them']);
  });

  it('are none of those that came between the look at the relay and one of those at Redis', () => {
    const story = Story.healthy()
      .count(10, 7, 7)
      .replica(20, { databaseSizes: { 1: 7, 2: 7 } });
    assert.deepEqual(risk(story), [0, 7, undefined]);
  });

  describe('where Call-IDs were compared', () => {
    const compared = (
      atMs: number,
      side: ParityObservation['side'],
      extra: number,
    ): ParityObservation => {
      const numbers = { expected: 5, held: 5, missing: 0, extra, samples: [] };
      return { kind: 'parity', atMs, side, database: side === 'home' ? 1 : 2, ...numbers };
    };
    const takenOver = (): Story => Story.healthy().count(10, 8, 7).replica(20);

    it('are none of those that were taken over for good: they are kept in another database', () => {
      assert.deepEqual(risk(takenOver().tell(compared(30, 'home', 0))), [0, 8, undefined]);
    });

    it('are those that are in no database, and what has come since then', () => {
      const story = takenOver().tell(compared(30, 'home', 2));
      assert.deepEqual(risk(story), [2, 8, 'Redis does not keep them']);
      assert.deepEqual(risk(story.count(40, 12, 7).replica(50)), [
        6,
        12,
        'Redis does not keep them',
      ]);
    });

    it('are not hidden by a surplus that has gone since then', () => {
      const story = takenOver().tell(compared(30, 'home', 0));
      story.count(40, 5, 7).replica(50);
      const wiped = story.count(60, 5, 7).replica(70, { databaseSizes: { 1: 0, 2: 7 } });
      wiped.count(80, 5, 7).replica(90, { databaseSizes: { 1: 0, 2: 7 } });
      assert.deepEqual(risk(wiped), [5, 5, 'Redis does not keep them']);
    });

    it('are told by the count while only the calls of another home were compared', () => {
      const story = takenOver().tell(compared(30, 'standby', 0));
      assert.deepEqual(risk(story), [3, 8, 'Redis does not keep them']);
    });
  });

  it('are never more than the relay has', () => {
    const story = Story.healthy().count(10, 7, 7).replica(20).count(30, 1, 7);
    assert.deepEqual(risk(story), [1, 1, 'Redis does not keep them']);
  });

  const all: readonly [string, (story: Story) => Story, string][] = [
    [
      'the primary is gone',
      (story) => story.primarySilent(10),
      'the Redis primary cannot be reached',
    ],
    [
      'the replica is silent',
      (story) => story.replicaSilent(10),
      'the local Redis replica is not in step',
    ],
    [
      'the link is down',
      (story) => story.replica(10, { link: 'down' }),
      'the local Redis replica is not in step',
    ],
    [
      'the replica is behind for too long',
      (story) => story.primary(10, 2_000).replica(511).replica(512),
      'replication is behind by more than max-lag',
    ],
  ];
  for (const [given, tell, because] of all) {
    it(`are all of them when ${given}`, () => {
      assert.deepEqual(risk(tell(Story.healthy())), [5, 5, because]);
    });
  }

  it('are all of them while no beat comes through, or beats are late', () => {
    const stuck = Story.healthy().beat(10).noBeat(400, 390).noBeat(500, 490);
    assert.deepEqual(risk(stuck), [5, 5, 'no beat comes through Redis']);
    const late = Story.healthy().beat(10, 501).beat(20, 501);
    assert.deepEqual(risk(late), [5, 5, 'replication is behind by more than max-lag']);
  });

  it('leave the canary call out', () => {
    assert.deepEqual(risk(Story.healthy().heard(10)), [0, 4, undefined]);
  });

  it('stay none while the replica is behind by no more than max-lag', () => {
    assert.deepEqual(risk(Story.healthy().primary(10, 2_000).replica(510)), [0, 5, undefined]);
  });

  it('are not known before the relay tells its calls', () => {
    const story = new Story().answer(0).primary(0).replica(0);
    assert.deepEqual(risk(story), [
      undefined,
      undefined,
      'the relay does not tell how many calls it has',
    ]);
    story.count(10, 5, 7);
    assert.deepEqual(risk(story), [0, 5, undefined], 'until it was held against Redis');
  });

  const told = (): Story => Story.healthy({ hearsPeers: true });

  it('are those that the best standby says that it lacks', () => {
    const story = told().word(10, { missing: { a: 2 } });
    assert.deepEqual(risk(story), [2, 5, 'the standby says that it lacks them']);
    assert.deepEqual(risk(story.word(20)), [0, 5, undefined]);
    assert.deepEqual(risk(story.word(30, { missing: {} })), [0, 5, undefined]);
  });

  it('go by the better of two standbys', () => {
    const word = { vips: [{ name: 'a', rank: 1, of: 'relay-a' }], missing: { a: 3 } };
    const ready = told().word(10, { vips: [{ name: 'a', rank: 3, of: 'relay-a' }] });
    assert.deepEqual(risk(ready.word(20, word, { node: 'relay-c' }))[0], 3);
    const first = told()
      .word(10)
      .word(20, { vips: [{ name: 'a', rank: 4, of: 'relay-a' }] }, { node: 'relay-c' });
    assert.deepEqual(risk(first)[0], 0);
    const gone = { vips: [{ name: 'a', rank: 'withdrawn' as const, of: 'relay-a' }] };
    assert.deepEqual(risk(told().word(10, gone).word(20, word, { node: 'relay-c' }))[0], 3);
  });

  it('are all of them when no standby says that it is ready', () => {
    const story = told().word(10, { vips: [{ name: 'a', rank: 3, of: 'relay-a' }] });
    assert.deepEqual(risk(story), [5, 5, 'no standby says that it is ready']);
  });

  it('are not known when no standby was heard of lately', () => {
    const because = 'no standby has said how it is';
    assert.deepEqual(risk(told()), [undefined, 5, because]);
    assert.deepEqual(risk(told().word(10).answer(3_511)), [undefined, 5, because]);
  });

  it('add up over the VIPs, to no more than there are', () => {
    const second = { ...HOME, name: 'a2', prefixes: ['10.99.0.9/32'] };
    const story = Story.healthy({ hearsPeers: true, vips: [HOME, second] });
    const vips = [
      { name: 'a', rank: 1, of: 'relay-a' },
      { name: 'a2', rank: 1, of: 'relay-a' },
    ];
    assert.deepEqual(risk(story.word(10, { vips, missing: { a: 1, a2: 2 } }))[0], 3);
    assert.deepEqual(risk(story.word(20, { vips, missing: { a: 3, a2: 4 } }))[0], 5);
  });

  it('are none where the relays share no sessions by Redis, or none can be counted', () => {
    const shared = new Story({ replicated: false }).answer(0).count(0, 5, 0);
    assert.deepEqual(risk(shared), [0, 5, undefined]);
    const uncounted = new Story({ countsSessions: false }).answer(0);
    assert.deepEqual(risk(uncounted), [0, undefined, undefined]);
  });

  it('are none on a host that is home of nothing', () => {
    assert.deepEqual(risk(new Story({ vips: [STANDBY] })), [0, 0, undefined]);
    assert.notDeepEqual(HOME.role, STANDBY.role);
  });
});
