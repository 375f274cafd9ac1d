import assert from 'node:assert/strict';

import { ownLoad, sayOverload, standbyLoads, whyNoRoom } from '../../src/domain/capacity.js';
import { Story } from './story.js';

const why = ({ state, policy }: Story): string | undefined =>
  whyNoRoom(state.evidence, policy, state.nowMs);

describe('the capacity of this relay', () => {
  it('is held against its own calls and all that it stands by for', () => {
    const { state, policy } = Story.healthy({ capacity: 12 });
    const load = ownLoad(state.evidence, policy);
    assert.deepEqual(load, { node: 'relay-a', capacity: 12, sessions: 12 });
    assert.equal(sayOverload(load), undefined, 'at the limit there is room');
  });

  it('is too small for one call more', () => {
    const { state, policy } = Story.healthy({ capacity: 11 });
    assert.equal(
      sayOverload(ownLoad(state.evidence, policy)),
      'relay-a would have to carry 12 calls and can carry 11',
    );
  });

  it('counts no canary calls', () => {
    const { state, policy } = Story.healthy({ capacity: 11 }).heard(10).foreignCanary(20, true);
    assert.equal(ownLoad(state.evidence, policy)?.sessions, 10);
  });

  it('is not known where nobody has said it, or the relay does not count', () => {
    const { state, policy } = Story.healthy();
    assert.equal(ownLoad(state.evidence, policy), undefined);
    const uncounted = new Story({ capacity: 5 });
    assert.equal(ownLoad(uncounted.state.evidence, uncounted.policy), undefined);
    assert.equal(sayOverload(undefined), undefined);
  });
});

describe('the room that the standbys have', () => {
  it('is enough while one that is ready has enough', () => {
    const story = Story.healthy().word(10, { capacity: 12 });
    assert.equal(why(story), undefined);
    story.word(20, { capacity: 11 });
    assert.equal(why(story), 'relay-b would have to carry 12 calls and can carry 11');
    const word = { vips: [{ name: 'a', rank: 1, of: 'relay-a' }], capacity: 20 };
    assert.equal(why(story.word(30, word, { node: 'relay-c' })), undefined);
  });

  it('is not asked of one that is not ready, that is old, or that does not say', () => {
    const unready = { vips: [{ name: 'a', rank: 3, of: 'relay-a' }], capacity: 1 };
    assert.equal(why(Story.healthy().word(10, unready)), undefined);
    assert.equal(why(Story.healthy().word(10, { capacity: 1 }).answer(4_000)), undefined);
    assert.equal(why(Story.healthy().word(10, { capacity: 1, sessions: undefined })), undefined);
    assert.deepEqual(standbyLoads(Story.healthy().state.evidence, Story.healthy().policy, 0), []);
  });

  it('is nothing that a standby asks for the VIPs of others', () => {
    const story = Story.healthy().word(10, { vips: [{ name: 'b', rank: 0 }], capacity: 1 });
    assert.equal(why(story), undefined);
  });
});
