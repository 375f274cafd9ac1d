import type { SelfView } from './status-view.js';

/**
 * What this process costs. CPU is the mean since the last reading that was a second ago or more, the
 * loop's delay the worst of the last ten seconds.
 */
export interface SelfMeter {
  /** Times the loop from now on, until `stop`. */
  start(): void;
  read(): SelfView;
  stop(): void;
}
