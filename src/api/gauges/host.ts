import { flag, known, oneOf, type GaugeDefinition } from './gauge.js';

const VERDICTS = ['serving', 'ready', 'degraded', 'down', 'starting'] as const;

export const HOST: readonly GaugeDefinition[] = [
  {
    name: 'holdline_info',
    help: 'Always 1; the labels say which Holdline runs here.',
    labels: ['node', 'version'],
    samples: ({ node, version }) => [{ labels: { node, version }, value: 1 }],
  },
  {
    name: 'holdline_verdict',
    help: 'The word for the whole host: 1 for the one that holds, 0 for the others.',
    labels: ['verdict'],
    samples: ({ verdict }) => oneOf('verdict', VERDICTS, verdict),
  },
  {
    name: 'holdline_reason',
    help: 'Always 1; the label is the reason code of the verdict.',
    labels: ['reason'],
    samples: ({ reason }) => [{ labels: { reason }, value: 1 }],
  },
  {
    name: 'holdline_operator_drained',
    help: '1 while a person has drained this host.',
    samples: ({ operator }) => flag(operator.drained),
  },
  {
    name: 'holdline_operator_frozen',
    help: '1 while a person has frozen this host.',
    samples: ({ operator }) => flag(operator.frozen),
  },
  {
    name: 'holdline_operator_degraded',
    help: '1 while somebody has called this relay degraded.',
    samples: ({ operator }) => flag(operator.degraded),
  },
  {
    name: 'holdline_calls_at_risk',
    help: "The home's own calls that would not go on if they moved now; none when not known.",
    samples: ({ atRisk }) => known(atRisk.calls),
  },
];
