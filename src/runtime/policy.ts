import { canaryMissesMax } from '../config/canary-plan.js';
import { speaksNg, type Config } from '../config/config.js';
import { remediesOf } from '../config/rules/budget.js';
import type { Policy } from '../domain/policy.js';

/** The part of the configuration that decisions depend on. */
export function policyFrom(config: Config): Policy {
  const { kind, ping, degraded } = config.relay;
  const { pingMs, errorShare, forMs } = degraded;
  return {
    node: config.node,
    vips: config.vips,
    missesMax: ping.misses,
    // DESIGN.md, "own stall": late by more than half a probe deadline.
    ownLatenessMsMax: ping.deadlineMs / 2,
    canaryMissesMax: canaryMissesMax(config.relay),
    countsSessions: speaksNg(kind),
    replicated: config.redis !== undefined,
    replicaLagMsMax: config.redis?.maxLagMs ?? 0,
    hearsPeers: config.redis !== undefined,
    capacity: config.capacity?.sessions,
    settleMs: config.failback.settleMs,
    maxHoldMs: config.failback.maxHoldMs,
    failback: config.failback.mode,
    degraded: { pingMs, errorShare, forMs },
    remedies: remediesOf(config.bgp),
    neighbours: config.bgp.neighbours.map(({ address }) => address),
  };
}
