import assert from 'node:assert/strict';

import { readCounters } from '../../../src/drill/measure/updates.js';

const SAID = `relay_a    BGP        ---        up     12:01:20.880  Established
  Channel ipv4
    Route change stats:     received   rejected   filtered    ignored   accepted
      Import updates:              3          0          0          0          3
      Import withdraws:            1          0        ---          0          1
      Export updates:              4          4          0        ---          0
  Channel ipv6
      Import updates:              2          0          0          0          2
      Import withdraws:            0          0        ---          0          0`;

describe('the update counters of the router', () => {
  it('are what it received on each channel', () => {
    assert.deepEqual(readCounters(SAID), [3, 1, 2, 0]);
  });
});
