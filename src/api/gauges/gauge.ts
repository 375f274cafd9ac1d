// What one metric is made of.

import type { StatusView } from '../../ports/status-view.js';

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface GaugeDefinition {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: (view: StatusView) => readonly Sample[];
}

/** A sample for each of the words, 1 for the one that holds. */
export function oneOf(label: string, all: readonly string[], holds: string): readonly Sample[] {
  return all.map((each) => ({ labels: { [label]: each }, value: Number(each === holds) }));
}

export function flag(value: boolean): readonly Sample[] {
  return [{ value: Number(value) }];
}

export function known(value: number | null): readonly Sample[] {
  return value === null ? [] : [{ value }];
}

/** To the microsecond; floating point would write 0.0021 as 0.0021000000000000003. */
export function seconds(ms: number | null): readonly Sample[] {
  return known(ms === null ? null : Math.round(ms * 1000) / 1_000_000);
}
