// Rules across keys, one function each. They see a configuration whose every value is right by
// itself, and say what does not go together.

import type { Config } from '../config.js';
import type { Path } from '../../yaml/problem.js';

export interface Violation {
  readonly path: Path;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string;
}

export type Rule = (config: Config) => readonly Violation[];
