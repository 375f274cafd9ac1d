import { linkOf, NG_PORT, vipNamed, type VipName } from '../lab/addresses.js';

import type { CallPlan } from './protocol.js';

const CALL_INTERVAL_MS = 20;
/**
 * Up to so many calls talk as telephones do. Of more, a few do, and the parties of the others keep
 * silent but for a word now and then: or the drill would measure the machine of the callers.
 */
const ALL_TALK_MAX = 200;
const TALKING_AMONG_MANY = 40;
const SILENT_INTERVAL_MS = 500;
/** Calls are spread over the interval, as real ones are, so that no packet waits for forty others. */
const PHASE_STEP_MS = 7;
/** Of the calls on each VIP, every fifth runs over IPv6. */
const IPV6_EVERY = 5;

/**
 * The probe: a packet each millisecond through VIP a, for the finer clock. Five calls share it, one
 * a millisecond after the other, since rtpengine 10.5 gives a port up for good once more than 50
 * packets have waited there five times in a row; one call with all of them dies of a short stall.
 */
const PROBE_CALLS = 5;

/** `count` calls, one after the other on VIP a and VIP b, and those of the probe. */
export function planCalls(count: number): readonly CallPlan[] {
  const talking = count <= ALL_TALK_MAX ? count : TALKING_AMONG_MANY;
  const calls = Array.from({ length: count }, (_, index) => {
    const place = Math.floor(index / 2);
    const intervalMs = index < talking ? CALL_INTERVAL_MS : SILENT_INTERVAL_MS;
    return planCall({
      id: `call-${index + 1}`,
      kind: 'call',
      vip: index % 2 === 0 ? 'a' : 'b',
      family: place % IPV6_EVERY === IPV6_EVERY - 1 ? 6 : 4,
      intervalMs,
      phaseMs: (index * PHASE_STEP_MS) % intervalMs,
    });
  });
  const probe = { kind: 'probe', vip: 'a', family: 4, intervalMs: PROBE_CALLS } as const;
  const probes = Array.from({ length: PROBE_CALLS }, (_, index) =>
    planCall({ ...probe, id: `probe-${index + 1}`, phaseMs: index }),
  );
  return [...calls, ...probes];
}

/** `count` more calls on a VIP, with names of their own, that keep silent most of the time. */
export function planMoreCalls(
  name: string,
  count: number,
  vip: VipName = 'a',
): readonly CallPlan[] {
  return Array.from({ length: count }, (_, index) =>
    planCall({
      id: `${name}-${index + 1}`,
      kind: 'call',
      vip,
      family: 4,
      intervalMs: SILENT_INTERVAL_MS,
      phaseMs: (index * PHASE_STEP_MS) % SILENT_INTERVAL_MS,
    }),
  );
}

/** The parties of a silent call say too little for its silences to tell of a failover. */
export function isSilent({ kind, intervalMs }: Pick<CallPlan, 'kind' | 'intervalMs'>): boolean {
  return kind === 'call' && intervalMs >= SILENT_INTERVAL_MS;
}

export function callsOn(vip: VipName, plans: readonly CallPlan[]): number {
  return plans.filter((plan) => plan.vip === vip).length;
}

function planCall(given: Omit<CallPlan, 'address' | 'relay' | 'interfaceName'>): CallPlan {
  const caller = linkOf('caller');
  const { home, interfaceName } = vipNamed(given.vip);
  return {
    ...given,
    address: given.family === 4 ? caller.host4 : caller.host6,
    relay: { host: linkOf(home).host4, port: NG_PORT },
    interfaceName,
  };
}
