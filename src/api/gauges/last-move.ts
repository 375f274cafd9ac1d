import { known, seconds, type GaugeDefinition } from './gauge.js';

export const LAST_MOVE: readonly GaugeDefinition[] = [
  {
    name: 'holdline_last_move_timestamp_seconds',
    help: 'When the rank of a VIP was last changed; the label is the reason code.',
    labels: ['cause'],
    samples: ({ lastFailover }) =>
      lastFailover === null
        ? []
        : [{ labels: { cause: lastFailover.cause }, value: Date.parse(lastFailover.at) / 1000 }],
  },
  {
    name: 'holdline_last_move_at_risk_before',
    help: 'Calls that were said to be at risk right before the last change; none when not known.',
    samples: ({ lastFailover }) => known(lastFailover?.atRiskBefore.calls ?? null),
  },
  {
    name: 'holdline_last_move_stage_seconds',
    help: 'Stages of the last change, each after the first sign of its cause.',
    labels: ['stage'],
    samples: ({ lastFailover }) =>
      Object.entries(lastFailover?.stagesMs ?? {}).flatMap(([stage, ms]) =>
        seconds(ms).map(({ value }) => ({ labels: { stage }, value })),
      ),
  },
];
