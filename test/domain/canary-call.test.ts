import assert from 'node:assert/strict';

import { canaryCallId, isCanaryCallId } from '../../src/domain/canary-call.js';

describe('the Call-ID of a canary', () => {
  it('names the node that keeps it, and is told from that of a telephone call', () => {
    assert.equal(canaryCallId('relay-a'), 'holdline-canary-relay-a');
    assert.ok(isCanaryCallId(canaryCallId('relay-a')));
    assert.ok(!isCanaryCallId('8f3a@10.0.0.1'));
  });
});
