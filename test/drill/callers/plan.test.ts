import assert from 'node:assert/strict';

import { callsOn, isSilent, planCalls, planMoreCalls } from '../../../src/drill/callers/plan.js';

describe('the plan of the calls', () => {
  const plans = planCalls(20);

  it('puts half on each VIP, each set up at the home of its VIP', () => {
    assert.deepEqual([callsOn('a', plans), callsOn('b', plans)], [15, 10]);
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

  it('has a probe through VIP a that sends in every millisecond', () => {
    const probes = plans.filter(({ kind }) => kind === 'probe');
    const sendsIn = new Set(probes.map(({ phaseMs, intervalMs }) => phaseMs % intervalMs));
    assert.deepEqual([...sendsIn], [0, 1, 2, 3, 4]);
    assert.ok(probes.every(({ vip, intervalMs }) => vip === 'a' && intervalMs === 5));
  });

  it('spreads the calls over their interval', () => {
    const phases = plans.filter(({ kind }) => kind === 'call').map(({ phaseMs }) => phaseMs);
    assert.equal(new Set(phases).size, 20);
  });

  it('lets 200 calls talk, and of more than that 40', () => {
    assert.ok(planCalls(200).every((plan) => !isSilent(plan)));
    const many = planCalls(2_000).filter(({ kind }) => kind === 'call');
    assert.equal(many.filter((plan) => !isSilent(plan)).length, 40);
    assert.equal(many.length, 2_000);
    assert.ok(planMoreCalls('late', 3).every((plan) => isSilent(plan) && plan.vip === 'a'));
    assert.deepEqual(
      planMoreCalls('late', 2).map(({ id }) => id),
      ['late-1', 'late-2'],
    );
  });

  it('gives every call an id of its own', () => {
    assert.equal(new Set(plans.map(({ id }) => id)).size, plans.length);
  });
});
