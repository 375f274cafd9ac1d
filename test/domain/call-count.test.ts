import assert from 'node:assert/strict';

import { countCalls } from '../../src/domain/call-count.js';
import { NOTHING_ORDERED } from '../../src/domain/evidence.js';
import { noEvidence, type Evidence } from '../../src/domain/observe.js';

const SESSIONS = { own: 3, foreign: 4, total: 7, atMs: 0 };

function evidence(canary: Partial<Evidence['canary']>, sessions = SESSIONS): Evidence {
  const nothing = noEvidence(NOTHING_ORDERED, 0);
  return {
    ...nothing,
    relay: { ...nothing.relay, sessions },
    canary: { ...nothing.canary, ...canary },
  };
}

const HELD = { held: true, absencesInARow: 0, lookedAtMs: 0 };

describe('the count of the calls', () => {
  for (const [given, canary, calls] of [
    ['no canary is known', {}, [3, 4, 7]],
    ['the canary is heard', { state: 'heard' }, [2, 4, 6]],
    ['the canary stands and is not heard', { state: 'missed' }, [2, 4, 6]],
    ['no canary stands', { state: 'absent' }, [3, 4, 7]],
    ['two foreign canaries are held', { foreign: { b: HELD, c: HELD } }, [3, 2, 5]],
    ['a foreign one is not', { foreign: { b: { ...HELD, held: false } } }, [3, 4, 7]],
  ] as const) {
    it(`is right when ${given}`, () => {
      const [own, foreign, total] = calls;
      assert.deepEqual(countCalls(evidence(canary)), { own, foreign, total });
    });
  }

  it('never falls below nothing, although a canary was set up after the relay counted', () => {
    const none = { own: 0, foreign: 0, total: 0, atMs: 0 };
    const counted = countCalls(evidence({ state: 'heard', foreign: { b: HELD } }, none));
    assert.deepEqual(counted, { own: 0, foreign: 0, total: 0 });
  });

  it('is not known while the relay does not tell', () => {
    assert.equal(countCalls(noEvidence(NOTHING_ORDERED, 0)), undefined);
  });
});
