import type { SelfView } from './status-view.js';

/**
 * What this process costs. CPU is the mean since the last reading that was a second ago or more, the
 * loop's delay the worst of the last ten seconds.
 */
export interface SelfMeter {
  read(): SelfView;
  /** Lets go of the timer. */
  stop(): void;
}
