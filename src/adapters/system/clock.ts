import type { Clock } from '../../ports/clock.js';

/** The machine's clock: steps of the wall clock after the start of the process do not reach it. */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
};
