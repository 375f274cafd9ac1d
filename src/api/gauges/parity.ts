// The metrics of the comparison by Call-ID.

import type { GaugeDefinition } from './gauge.js';

const PARITY_KINDS = ['expected', 'held', 'missing', 'extra'] as const;

export const PARITY: readonly GaugeDefinition[] = [
  {
    name: 'holdline_parity_sessions',
    help: 'Sessions of the VIP by Call-ID: kept in Redis (expected), of these on the relay (held) or not (missing), on the relay only (extra).',
    labels: ['vip', 'side', 'kind'],
    samples: ({ redis }) =>
      (redis?.parity?.vips ?? []).flatMap((each) =>
        PARITY_KINDS.map((kind) => ({
          labels: { vip: each.vip, side: each.side, kind },
          value: each[kind],
        })),
      ),
  },
  {
    name: 'holdline_parity_timestamp_seconds',
    help: 'When the sessions of the VIP were last compared by Call-ID.',
    labels: ['vip'],
    samples: ({ redis }) =>
      (redis?.parity?.vips ?? []).map(({ vip, at }) => ({
        labels: { vip },
        value: Date.parse(at) / 1000,
      })),
  },
  {
    name: 'holdline_repair_sessions',
    help: 'The last round of repair: sessions told of again (published), and held since (healed).',
    labels: ['vip', 'kind'],
    samples: ({ redis }) =>
      (redis?.parity?.vips ?? []).flatMap(({ vip, repair }) =>
        repair === null
          ? []
          : [
              { labels: { vip, kind: 'published' }, value: repair.published },
              { labels: { vip, kind: 'healed' }, value: repair.healed },
            ],
      ),
  },
];
