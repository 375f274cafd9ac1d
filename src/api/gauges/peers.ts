// The metrics of the peers and of the beat.

import { oneOf, type GaugeDefinition } from './gauge.js';

const BEAT_STATES = ['unknown', 'seen', 'overdue', 'unsent'] as const;

export const PEERS: readonly GaugeDefinition[] = [
  {
    name: 'holdline_redis_beat_state',
    help: 'The beat from the primary to the local replica: 1 for the state that holds, 0 for the others.',
    labels: ['state'],
    samples: ({ redis }) => (redis === null ? [] : oneOf('state', BEAT_STATES, redis.beat)),
  },
  {
    name: 'holdline_peer_heard',
    help: '1 while there is a fresh word of the peer; 0 says that it is unknown, not that it is dead.',
    labels: ['peer'],
    samples: ({ peers }) =>
      peers.map(({ node, state }) => ({
        labels: { peer: node },
        value: Number(state === 'heard'),
      })),
  },
  {
    name: 'holdline_peer_relay_alive',
    help: '1 while the peer says that its relay is alive; no sample while the peer is unknown.',
    labels: ['peer'],
    samples: ({ peers }) =>
      peers.flatMap(({ node, says }) =>
        says === null ? [] : [{ labels: { peer: node }, value: Number(says.relay === 'alive') }],
      ),
  },
  {
    name: 'holdline_vip_best_elsewhere_rank',
    help: 'The best rank that a peer says to announce for the VIP; no sample while none announces it or none is known.',
    labels: ['vip'],
    samples: ({ vips }) =>
      vips.flatMap(({ name, bestElsewhere }) =>
        typeof bestElsewhere?.rank === 'number'
          ? [{ labels: { vip: name }, value: bestElsewhere.rank }]
          : [],
      ),
  },
];
