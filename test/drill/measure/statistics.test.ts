import assert from 'node:assert/strict';

import { largest, median, quantile, rounded } from '../../../src/drill/measure/statistics.js';

describe('statistics over runs', () => {
  it('takes the lower middle as the median, a value that was really measured', () => {
    assert.equal(median([4, 1, 3, 2]), 2);
    assert.equal(median([3, 1, 2]), 2);
  });

  it('knows the largest, also of one value', () => {
    assert.equal(largest([1, 3, 2]), 3);
    assert.equal(largest([7]), 7);
  });

  it('says that there is none of nothing', () => {
    assert.ok(Number.isNaN(median([])));
    assert.ok(Number.isNaN(largest([])));
  });

  it('takes the value that the share does not exceed', () => {
    const values = Array.from({ length: 20 }, (_, index) => index + 1);
    assert.deepEqual([quantile(values, 0.95), quantile(values, 0)], [19, 1]);
  });

  it('rounds to a hundredth', () => {
    assert.equal(rounded(3.14159), 3.14);
  });
});
