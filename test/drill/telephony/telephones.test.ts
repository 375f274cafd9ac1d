import assert from 'node:assert/strict';

import { readStatistics } from '../../../src/drill/telephony/telephones.js';

const HEAD = 'StartTime;SuccessfulCall(P);SuccessfulCall(C);FailedCall(P);FailedCall(C)';

describe("SIPp's statistics", () => {
  it('are counted by their last line', () => {
    const csv = `${HEAD}\n2026;1;1;0;0\n2026;2;3;1;1\n`;
    assert.deepEqual(readStatistics(csv), { successful: 3, failed: 1 });
  });

  it('that lack a number are refused', () => {
    assert.throws(
      () => readStatistics(`${HEAD}\n2026;1\n`),
      /expected a number as Succ.*, got 2026;1/,
    );
    assert.throws(() => readStatistics(''), /expected a number/);
  });
});
