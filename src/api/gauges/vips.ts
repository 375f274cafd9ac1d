import type { GaugeDefinition } from './gauge.js';

export const VIPS: readonly GaugeDefinition[] = [
  {
    name: 'holdline_vip_standing',
    help: 'Always 1; the labels say what this host is for the VIP now, and why.',
    labels: ['vip', 'role', 'rank_name', 'reason'],
    samples: ({ vips }) =>
      vips.map(({ name, role, rankName, reason }) => ({
        labels: { vip: name, role, rank_name: rankName, reason },
        value: 1,
      })),
  },
  {
    name: 'holdline_vip_rank',
    help: 'The rank announced for the VIP, lower is better; no sample while it is withdrawn.',
    labels: ['vip'],
    samples: ({ vips }) =>
      vips.flatMap(({ name, rank }) =>
        typeof rank === 'number' ? [{ labels: { vip: name }, value: rank }] : [],
      ),
  },
  {
    name: 'holdline_vip_verified',
    help: '1 when every established neighbour was seen to be sent what is decided.',
    labels: ['vip'],
    samples: ({ vips }) =>
      vips.map(({ name, verified }) => ({ labels: { vip: name }, value: Number(verified) })),
  },
];
