import assert from 'node:assert/strict';

import { callsOn, planCalls, PROBE_CALL } from '../../../src/drill/callers/plan.js';

describe('the plan of the calls', () => {
  const plans = planCalls(20);

  it('puts half on each VIP, each set up at the home of its VIP', () => {
    assert.deepEqual([callsOn('a', plans), callsOn('b', plans)], [11, 10]);
    const hosts = plans.map(({ vip, relay }) => `${vip} at ${relay.host}`);
    assert.deepEqual([...new Set(hosts)], ['a at 10.0.1.2', 'b at 10.0.2.2']);
  });

  it('has calls over IPv6 on each VIP', () => {
    const six = plans.filter(({ family }) => family === 6);
    assert.deepEqual(
      six.map(({ vip, address }) => [vip, address]),
      [
        ['a', 'fd00:0:0:0::2'],
        ['b', 'fd00:0:0:0::2'],
        ['a', 'fd00:0:0:0::2'],
        ['b', 'fd00:0:0:0::2'],
      ],
    );
  });

  it('has one probe, a packet each millisecond through VIP a', () => {
    const probes = plans.filter(({ id }) => id === PROBE_CALL);
    assert.deepEqual(
      probes.map(({ vip, intervalMs }) => [vip, intervalMs]),
      [['a', 1]],
    );
  });

  it('gives every call an id of its own', () => {
    assert.equal(new Set(plans.map(({ id }) => id)).size, plans.length);
  });
});
