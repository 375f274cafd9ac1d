// How good is a detector: how often does it cry although nothing hangs, and how soon does it find
// what does?

import { Random } from '../sim/random.js';
import type { Detector } from './detector.js';
import { cut, withHang, type Trace } from './trace.js';

const MS_PER_HOUR = 3_600_000;
const HANGS = 200;
/** What a detector learns from before the hang, and how long it may take to find it. */
const BEFORE_MS = 30_000;
const AFTER_MS = 5_000;
/** The first alarms of a recording may be those of a detector that knows nothing yet. */
const WARM_UP_MS = 2_000;

export function falseAlarmsAnHour(detector: Detector, trace: Trace): number {
  const alarms = detector.alarms(trace).filter((atMs) => atMs >= WARM_UP_MS);
  return alarms.length / ((trace.lengthMs - WARM_UP_MS) / MS_PER_HOUR);
}

/** The times from a hang to its alarm, in order; Infinity for one that was not found in 5 s. */
export function detectionTimes(detector: Detector, trace: Trace): readonly number[] {
  const random = new Random(42);
  return Array.from({ length: HANGS }, () => {
    const hangMs = random.between(BEFORE_MS, trace.lengthMs - AFTER_MS);
    return detectionTime(detector, cut(trace, hangMs - BEFORE_MS, hangMs + AFTER_MS));
  }).sort((left, right) => left - right);
}

function detectionTime(detector: Detector, part: Trace): number {
  const alarms = detector.alarms(withHang(part, BEFORE_MS));
  const found = alarms.find((atMs) => atMs >= BEFORE_MS);
  // A false alarm that stood when the hang began found it before it was there.
  return found === undefined && alarms.length > 0 ? 0 : (found ?? Infinity) - BEFORE_MS;
}
