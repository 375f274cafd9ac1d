import { flag, known, seconds, type GaugeDefinition } from './gauge.js';

export const REDIS: readonly GaugeDefinition[] = [
  {
    name: 'holdline_redis_primary_reachable',
    help: '1 when the Redis primary answers.',
    samples: ({ redis }) =>
      redis === null || redis.primary === 'unknown' ? [] : flag(redis.primary === 'reachable'),
  },
  {
    name: 'holdline_redis_replica_link_up',
    help: '1 when the local replica is connected to its primary.',
    samples: ({ redis }) =>
      redis === null || redis.replica === 'unknown' ? [] : flag(redis.replica === 'up'),
  },
  {
    name: 'holdline_redis_lag_seconds',
    help: 'How long the local replica has been behind.',
    samples: ({ redis }) => seconds(redis?.lagMs ?? null),
  },
  {
    name: 'holdline_redis_lag_bytes',
    help: 'Replication offset of the primary less that of the local replica.',
    samples: ({ redis }) => known(redis?.offsetLagBytes ?? null),
  },
  {
    name: 'holdline_redis_database_keys',
    help: 'Keys in each relay database on the local replica.',
    labels: ['database'],
    samples: ({ redis }) =>
      Object.entries(redis?.databaseSizes ?? {}).map(([database, value]) => ({
        labels: { database },
        value,
      })),
  },
];
