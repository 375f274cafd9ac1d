// `budget` is a promise: the slowest certain way from a fault to a moved route must fit into it.

import type { Config } from '../config.js';
import type { Violation } from './rule.js';

/** Telling the daemon and reading back what the neighbour is sent, at worst. */
export const ACT_AND_VERIFY_MS_MAX = 500;

interface Stage {
  readonly what: string;
  readonly ms: number;
}

/** The stages from a relay that falls silent to a verified route, each at its worst. */
export function worstStages({ relay }: Config): readonly Stage[] {
  const { intervalMs, deadlineMs, misses } = relay.ping;
  return [
    { what: `${misses} pings missed, one each ${intervalMs} ms`, ms: intervalMs * misses },
    { what: 'deadline of the last ping', ms: deadlineMs },
    { what: 'tell the daemon and read back', ms: ACT_AND_VERIFY_MS_MAX },
  ];
}

export function budgetIsKept(config: Config): readonly Violation[] {
  const stages = worstStages(config);
  const totalMs = stages.reduce((sum, { ms }) => sum + ms, 0);
  return totalMs <= config.budgetMs
    ? []
    : [
        {
          path: ['budget'],
          expected: `at least ${totalMs}ms, the worst case of these settings`,
          got: `${config.budgetMs}ms`,
          hint: `\n${drawTable([...stages, { what: 'worst case', ms: totalMs }])}`,
        },
      ];
}

function drawTable(rows: readonly Stage[]): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  return rows
    .map(({ what, ms }) => `    ${what.padEnd(width)}  ${String(ms).padStart(7)} ms`)
    .join('\n');
}
