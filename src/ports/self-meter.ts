import type { SelfView } from './status-view.js';

/** What this process costs. CPU is the mean since the last reading that was a second ago or more. */
export interface SelfMeter {
  read(): SelfView;
}
