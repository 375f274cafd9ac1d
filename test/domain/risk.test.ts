import assert from 'node:assert/strict';

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
      (story) => story.primary(10, 2_000).answer(511),
      'replication is behind by more than max-lag',
    ],
  ];
  for (const [given, tell, because] of all) {
    it(`are all of them when ${given}`, () => {
      assert.deepEqual(risk(tell(Story.healthy())), [5, 5, because]);
    });
  }

  it('stay none while the replica is behind by no more than max-lag', () => {
    assert.deepEqual(risk(Story.healthy().primary(10, 2_000).answer(510)), [0, 5, undefined]);
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
