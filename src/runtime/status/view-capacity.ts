import {
  isOverloaded,
  ownLoad,
  sayOverload,
  standbyLoads,
  type Load,
} from '../../domain/capacity.js';
import type { State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import type { CapacityView, LoadView } from '../../ports/status-view.js';

/** What this host and its ready standbys would carry if they took everything; null if unknown. */
export function viewCapacity(
  { evidence }: State,
  policy: Policy,
  nowMs: number,
): CapacityView | null {
  const own = ownLoad(evidence, policy);
  const standbys = standbyLoads(evidence, policy, nowMs);
  return own === undefined && standbys.length === 0
    ? null
    : { own: own === undefined ? null : viewLoad(own), standbys: standbys.map(viewLoad) };
}

function viewLoad(load: Load): LoadView {
  const { node, capacity, sessions } = load;
  return {
    node,
    capacity,
    ifAllCame: sessions,
    overloaded: isOverloaded(load),
    because: sayOverload(load) ?? null,
  };
}
