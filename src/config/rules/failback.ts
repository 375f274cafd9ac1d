import { formatDuration } from '../../yaml/duration.js';
import type { Config } from '../config.js';
import type { Violation } from './rule.js';

/** The limit of the wait cannot be shorter than its beginning. */
export function maxHoldCoversSettle({ failback }: Config): readonly Violation[] {
  const { settleMs, maxHoldMs } = failback;
  return maxHoldMs >= settleMs
    ? []
    : [
        {
          path: ['failback', 'max-hold'],
          expected: `at least failback.settle, ${formatDuration(settleMs)}`,
          got: formatDuration(maxHoldMs),
        },
      ];
}
