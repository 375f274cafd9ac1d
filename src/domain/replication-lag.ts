import type { Evidence } from './observe.js';
import { replicaLagMs } from './store-evidence.js';

/** By the beat where there is one, else by the offsets; undefined where neither tells. */
export function replicationLagMs({ beat, store }: Evidence): number | undefined {
  return beat.state === 'unknown' ? replicaLagMs(store) : beat.lagMs;
}
