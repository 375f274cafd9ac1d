// Many runs in one look: for every stage the middle and the worst.

import { largest, median } from '../measure/statistics.js';

import type { RunResult, StagesMs } from './result.js';

const STAGES: readonly { readonly key: keyof StagesMs; readonly name: string }[] = [
  { key: 'detected', name: 'detected' },
  { key: 'decided', name: 'decided' },
  { key: 'commanded', name: 'commanded' },
  { key: 'router', name: 'router changed' },
  { key: 'firstPacket', name: 'first packet at the peer' },
  { key: 'verified', name: 'verified' },
];

/** One table for each scenario among the results. */
export function table(results: readonly RunResult[]): readonly string[] {
  const names = [...new Set(results.map(({ scenario }) => scenario))];
  return names.flatMap((name) => oneTable(results.filter(({ scenario }) => scenario === name)));
}

function oneTable(results: readonly RunResult[]): readonly string[] {
  const passed = results.filter((each) => each.passed).length;
  const first = results[0];
  const head = `${first?.scenario ?? ''} with ${first?.bgp ?? ''}: ${passed} of ${results.length} runs passed`;
  const rows = [...stageRows(results), ...mediaRows(results)];
  return ['', head, line('', 'p50', 'worst'), ...rows.map(writeRow)];
}

/** None where nothing was to move: a column of dashes tells nothing. */
function stageRows(results: readonly RunResult[]): readonly Row[] {
  const rows = STAGES.map(({ key, name }) => ({
    name,
    unit: 'ms',
    values: results.map(({ stagesMs }) => stagesMs[key]).filter((each) => each !== null),
  }));
  const computed = results.flatMap(({ budget }) =>
    budget === null ? [] : [budget.computedMs.total],
  );
  return rows.every(({ values }) => values.length === 0)
    ? []
    : [...rows, { name: '  computed worst case', unit: 'ms', values: computed }];
}

function mediaRows(results: readonly RunResult[]): readonly Row[] {
  return [
    { name: 'longest silence', unit: 'ms', values: results.map(({ media }) => media.gapMs.max) },
    {
      name: '  of the 1 kHz probe',
      unit: 'ms',
      values: results.map(({ media }) => media.probe.gapMs),
    },
    {
      name: '  callers themselves late',
      unit: 'ms',
      values: results.map(({ media }) => media.callersLateMs),
    },
    {
      name: 'lost, worst stream',
      unit: 'packets',
      values: results.map((each) => each.media.lostMax),
    },
    {
      name: 'reordered, all streams',
      unit: 'packets',
      values: results.map((each) => each.media.reordered),
    },
    { name: 'false moves', unit: '', values: results.map(({ falseMoves }) => falseMoves) },
  ];
}

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
}

function writeRow({ name, unit, values }: Row): string {
  if (values.length === 0) {
    return line(name, '-', '-');
  }
  const digits = unit === 'ms' ? 1 : 0;
  const [middle, worst] = [median(values), largest(values)];
  return `${line(name, middle.toFixed(digits), worst.toFixed(digits))} ${unit}`.trimEnd();
}

function line(name: string, middle: string, worst: string): string {
  return `  ${name.padEnd(26)}${middle.padStart(10)}${worst.padStart(10)}`;
}
