// `budget` is a promise: for every class of fault the worst case must fit into it.

import { budgetLines, type BudgetLine } from '../../domain/budget.js';
import type { Remedy } from '../../domain/policy.js';
import { canaryMissesMax, planCanary } from '../canary-plan.js';
import type { BgpConfig, Config } from '../config.js';
import { formatDuration } from '../../yaml/duration.js';
import type { Violation } from './rule.js';

/** The stages after the first, which is to try again. */
export function remediesOf({ escalate }: BgpConfig): readonly Remedy[] {
  return escalate.filter((stage) => stage !== 'retry');
}

/** The worst case of every class of fault under these settings. */
export function budgetOf(config: Config): readonly BudgetLine[] {
  const { relay, redis, bgp } = config;
  const { intervalMs } = relay.canary;
  const misses = canaryMissesMax(relay);
  const canary = { intervalMs, deadlineMs: relay.ping.deadlineMs, misses };
  return budgetLines({
    ping: relay.ping,
    canary: planCanary(config).address === undefined ? undefined : canary,
    holdsOpen: relay.holdOpen !== undefined,
    replicated: redis !== undefined,
    looksForVips: relay.degraded.vipMissing,
    remedies: remediesOf(bgp),
    bfdMs: bgp.neighbours.map(({ bfd }) => bfd && bfd.intervalMs * bfd.multiplier),
  });
}

export function budgetIsKept(config: Config): readonly Violation[] {
  const lines = budgetOf(config);
  const totalMs = Math.max(...lines.map((line) => line.totalMs));
  return totalMs <= config.budgetMs
    ? []
    : [
        {
          path: ['budget'],
          expected: `at least ${totalMs}ms, the worst case of these settings`,
          got: formatDuration(config.budgetMs),
          hint: `\n${drawBudget(config, '    ')}`,
        },
      ];
}

const HEADS = ['fault', 'detect', 'decide', 'act', 'verify', 'worst', ''];

/** A table of where the time goes, in milliseconds, each line behind `margin`. */
export function drawBudget(config: Config, margin: string): string {
  const rows = budgetOf(config).map((line) => [
    line.fault,
    ...[line.detectMs, line.decideMs, line.actMs, line.verifyMs, line.totalMs].map(String),
    line.totalMs > config.budgetMs ? `OVER: ${line.by}` : line.by,
  ]);
  return [HEADS, ...rows].map((row) => `${margin}${drawRow(row)}`.trimEnd()).join('\n');
}

function drawRow([fault = '', ...cells]: readonly string[]): string {
  const by = cells.at(-1) ?? '';
  const figures = cells.slice(0, -1).map((cell) => cell.padStart(7));
  return `${fault.padEnd(18)}${figures.join('')}  ${by}`;
}
