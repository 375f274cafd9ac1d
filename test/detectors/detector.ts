// The three ways of telling silence that are compared. Each takes a trace and says when it would have
// called the relay silent; it calls it alive again at the next answer.

import type { Trace } from './trace.js';

export interface Detector {
  readonly name: string;
  /** The times at which the relay was called silent, in the order of time. */
  alarms(trace: Trace): readonly number[];
}
