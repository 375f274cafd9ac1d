import assert from 'node:assert/strict';

import { awaitsWord } from '../../src/domain/await-word.js';
import { noEvidence, type Evidence } from '../../src/domain/observe.js';
import { UNDRAINED } from './story.js';

function evidence(state: Evidence['relay']['state'], missesInARow: number): Evidence {
  const none = noEvidence(UNDRAINED, 0);
  return {
    ...none,
    relay: { ...none.relay, state },
    canary: { ...none.canary, missesInARow },
  };
}

describe('a word of the peers is waited for', () => {
  for (const [given, state, misses, awaited] of [
    ['the relay is silent', 'silent', 0, true],
    ['the relay answers and two packets of its canary call are missed', 'alive', 2, true],
    ['one packet is missed', 'alive', 1, false],
    ['all is well', 'alive', 0, false],
    ['the relay is dead, which needs no word of anybody', 'dead', 9, false],
    ['nothing is known yet', 'unknown', 0, false],
  ] as const) {
    it(`${awaited ? 'when' : 'not when'} ${given}`, () => {
      assert.equal(awaitsWord(evidence(state, misses)), awaited);
    });
  }
});
