// The metrics of what a relay can carry, and would have to.

import type { CapacityView } from '../../ports/status-view.js';
import type { GaugeDefinition } from './gauge.js';

export const CAPACITY: readonly GaugeDefinition[] = [
  {
    name: 'holdline_capacity_sessions',
    help: 'Sessions that the relay can carry, here and at each ready standby that says so.',
    labels: ['relay'],
    samples: ({ capacity }) =>
      loadsOf(capacity).map(({ node, capacity: value }) => ({ labels: { relay: node }, value })),
  },
  {
    name: 'holdline_capacity_if_all_came',
    help: 'Sessions that the relay would carry if every home that it stands by for failed at once.',
    labels: ['relay'],
    samples: ({ capacity }) =>
      loadsOf(capacity).map(({ node, ifAllCame: value }) => ({ labels: { relay: node }, value })),
  },
];

function loadsOf(capacity: CapacityView | null): CapacityView['standbys'] {
  return capacity === null
    ? []
    : [...(capacity.own === null ? [] : [capacity.own]), ...capacity.standbys];
}
