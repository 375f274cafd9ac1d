import { PROBE_CALL } from '../callers/plan.js';
import type { StreamReport } from '../callers/protocol.js';
import type { RunResult } from '../report/result.js';

import { largest, median, rounded } from './statistics.js';

/** What the calls heard, from what every stream reports. The probe call is told apart. */
export function summariseMedia(reports: readonly StreamReport[]): RunResult['media'] {
  const streams = reports.filter(({ call }) => call !== PROBE_CALL);
  const probe = reports.find(({ call, intervalMs }) => call === PROBE_CALL && intervalMs === 1);
  const silences = streams.map(({ silenceMs }) => silenceMs);
  return {
    streams: streams.length,
    gapMs: { p50: rounded(median(silences)), max: rounded(largest(silences)) },
    lostMax: largest(streams.map(({ lost }) => lost)),
    lost: sum(streams.map(({ lost }) => lost)),
    reordered: sum(streams.map(({ reordered }) => reordered)),
    duplicates: sum(streams.map(({ duplicates }) => duplicates)),
    probe: { gapMs: rounded(probe?.silenceMs ?? Number.NaN), lost: probe?.lost ?? 0 },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
