import assert from 'node:assert/strict';

import { Deaths, DEATHS_MAX } from '../../src/guard/deaths.js';

describe('deaths in a row', () => {
  it('cost nothing at first, then twice as long each, up to 5 s', () => {
    const deaths = new Deaths();
    const delaysMs = Array.from({ length: 10 }, () => {
      deaths.note(0);
      return deaths.delayMs;
    });
    assert.deepEqual(delaysMs, [0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  it('are too many from the sixth on', () => {
    const deaths = new Deaths();
    for (let count = 1; count < DEATHS_MAX; count += 1) {
      deaths.note(4_999);
    }
    assert.equal(deaths.tooMany, false);
    deaths.note(4_999);
    assert.equal(deaths.tooMany, true);
  });

  it('begin anew with the death of a worker that had watched for 5 s', () => {
    const deaths = new Deaths();
    deaths.note(0);
    deaths.note(0);
    deaths.note(5_000);
    assert.deepEqual([deaths.inARow, deaths.delayMs], [1, 0]);
  });
});
