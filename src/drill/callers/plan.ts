import { linkOf, NG_PORT, vipNamed, type VipName } from '../lab/addresses.js';

import type { CallPlan } from './protocol.js';

const CALL_INTERVAL_MS = 20;
const PROBE_INTERVAL_MS = 1;
/** Of the calls on each VIP, every fifth runs over IPv6. */
const IPV6_EVERY = 5;

/** The probe call: a packet each millisecond through VIP a, for the finer clock. */
export const PROBE_CALL = 'probe';

/** `count` calls, one after the other on VIP a and VIP b, and the probe call. */
export function planCalls(count: number): readonly CallPlan[] {
  const calls = Array.from({ length: count }, (_, index) => {
    const place = Math.floor(index / 2);
    return planCall({
      id: `call-${index + 1}`,
      vip: index % 2 === 0 ? 'a' : 'b',
      family: place % IPV6_EVERY === IPV6_EVERY - 1 ? 6 : 4,
      intervalMs: CALL_INTERVAL_MS,
    });
  });
  const probe = { id: PROBE_CALL, vip: 'a', family: 4, intervalMs: PROBE_INTERVAL_MS } as const;
  return [...calls, planCall(probe)];
}

export function callsOn(vip: VipName, plans: readonly CallPlan[]): number {
  return plans.filter((plan) => plan.vip === vip).length;
}

function planCall(given: Pick<CallPlan, 'id' | 'vip' | 'family' | 'intervalMs'>): CallPlan {
  const caller = linkOf('caller');
  const { home, interfaceName } = vipNamed(given.vip);
  return {
    ...given,
    address: given.family === 4 ? caller.host4 : caller.host6,
    relay: { host: linkOf(home).host4, port: NG_PORT },
    interfaceName,
  };
}
