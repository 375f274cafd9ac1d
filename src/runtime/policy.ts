import { speaksNg, type Config, type RelayConfig } from '../config/config.js';
import { remediesOf } from '../config/rules/budget.js';
import type { Policy } from '../domain/policy.js';

/** DESIGN.md, "media dead": found within so long. */
const MEDIA_SEEN_MS_MAX = 300;
const CANARY_MISSES_MIN = 2;

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

/** So many in a row that the last one's deadline is over in time, with a tick to spare. */
function canaryMissesMax({ canary, ping }: RelayConfig): number {
  const spareMs = MEDIA_SEEN_MS_MAX - ping.deadlineMs - canary.intervalMs;
  return Math.max(CANARY_MISSES_MIN, Math.floor(spareMs / canary.intervalMs));
}
