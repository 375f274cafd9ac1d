// The detectors that are compared, each with the settings that are fair to it.

import { adaptiveCounter, plainCounter } from './counters.js';
import type { Detector } from './detector.js';
import { phiAccrual } from './phi.js';

/** As long as a ping takes to be missed with the product's defaults. */
const CEILING_MS = 50;
const WINDOW = 1_000;

const phi = { window: WINDOW, lookMs: 10, knowsStalls: true };

export const DETECTORS: readonly Detector[] = [
  plainCounter({ deadlineMs: 50, misses: 4, hearsLateMs: 0 }),
  plainCounter({ deadlineMs: 50, misses: 4, hearsLateMs: 150 }),
  plainCounter({ deadlineMs: 20, misses: 4, hearsLateMs: 180 }),
  plainCounter({ deadlineMs: 50, misses: 3, hearsLateMs: 150 }),
  plainCounter({ deadlineMs: 100, misses: 4, hearsLateMs: 0 }),
  adaptiveCounter({ floorMs: 5, ceilingMs: CEILING_MS, misses: 4 }),
  adaptiveCounter({ floorMs: 20, ceilingMs: 200, misses: 4 }),
  phiAccrual({ ...phi, threshold: 8, deviationMsMin: 5 }),
  phiAccrual({ ...phi, threshold: 8, deviationMsMin: 25 }),
  phiAccrual({ ...phi, threshold: 12, deviationMsMin: 25 }),
  phiAccrual({ ...phi, threshold: 8, deviationMsMin: 25, knowsStalls: false }),
];
