// Calls at risk: the home's own sessions that a standby could not carry on if they moved now, as far
// as this host can see. What the standby's relay really holds is not seen from here.

import { countCalls } from './call-count.js';
import type { Evidence } from './observe.js';
import type { Policy } from './policy.js';
import { replicaLagMs } from './store-evidence.js';

export interface Risk {
  /** Undefined when it is not known. */
  readonly calls: number | undefined;
  /** The home's own sessions; undefined when the relay does not tell. */
  readonly of: number | undefined;
  readonly because: string | undefined;
}

export function callsAtRisk(evidence: Evidence, policy: Policy, nowMs: number): Risk {
  const home = policy.vips.some((vip) => vip.role.kind === 'home');
  if (!home || !policy.countsSessions) {
    return { calls: 0, of: home ? undefined : 0, because: undefined };
  }
  const own = countCalls(evidence)?.own;
  if (own === undefined) {
    const because = 'the relay does not tell how many calls it has';
    return { calls: undefined, of: undefined, because };
  }
  const because = policy.replicated ? whyNotReplicated(evidence, policy, nowMs) : undefined;
  if (because !== undefined) {
    return { calls: own, of: own, because };
  }
  const unkept = Math.max(0, -(evidence.parity.home.missing ?? 0));
  return {
    calls: Math.min(unkept, own),
    of: own,
    because: unkept > 0 ? 'Redis does not keep them' : undefined,
  };
}

function whyNotReplicated({ store }: Evidence, policy: Policy, nowMs: number): string | undefined {
  const { replica, primary } = store;
  if (primary.answers !== true) {
    return 'the Redis primary cannot be reached, so that nothing shows them to be replicated';
  }
  if (replica.answers !== true || replica.link !== 'up') {
    return 'the local Redis replica is not in step, so that nothing shows them to be replicated';
  }
  const lagMs = replicaLagMs(store, nowMs);
  return lagMs !== undefined && lagMs > policy.replicaLagMsMax
    ? 'replication is behind by more than max-lag'
    : undefined;
}
