import type { CapacityView, LoadView } from '../../ports/status-view.js';
import { sayNumber } from './say-time.js';

/** A line for this host and each ready standby. */
export function sayCapacity(capacity: CapacityView | null): readonly string[] {
  if (capacity === null) {
    return ['not configured here (`capacity`), nor told by a ready standby'];
  }
  const { own, standbys } = capacity;
  return [...(own === null ? [] : [own]), ...standbys].map(sayLoad);
}

function sayLoad({ node, capacity, ifAllCame, overloaded }: LoadView): string {
  const load = `${node} ${sayNumber(ifAllCame)} of ${sayNumber(capacity)} if all came`;
  return overloaded ? `${load}: TOO MANY` : load;
}
