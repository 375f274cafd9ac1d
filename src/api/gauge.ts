// What one metric is made of.

import type { StatusView } from '../ports/status-view.js';

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
