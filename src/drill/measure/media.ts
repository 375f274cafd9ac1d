import type { CallersReport, StreamReport } from '../callers/protocol.js';
import type { RunResult } from '../report/result.js';

import { largest, median, rounded } from './statistics.js';

/** What the calls heard, from what every stream reports. The probe is told apart. */
export function summariseMedia(heard: CallersReport): RunResult['media'] {
  const streams = heard.streams.filter(({ kind }) => kind === 'call');
  const probes = heard.streams.filter(
    ({ kind, towards }) => kind === 'probe' && towards === 'callee',
  );
  // Where two packets a second are sent, a silence of half a second is none.
  const talking = streams.filter(({ silent }) => !silent);
  const silences = talking.map(({ silenceMs }) => silenceMs);
  return {
    streams: streams.length,
    gapMs: { p50: rounded(median(silences)), max: rounded(largest(silences)) },
    lostMax: largest(streams.map(({ lost }) => lost)),
    lost: total(streams, 'lost'),
    reordered: total(streams, 'reordered'),
    duplicates: total(streams, 'duplicates'),
    worst: worstOf(streams),
    callersLateMs: rounded(heard.lateMs),
    probe: { gapMs: rounded(heard.probeSilenceMs), lost: total(probes, 'lost') },
  };
}

function worstOf(streams: readonly StreamReport[]): RunResult['media']['worst'] {
  const [worst] = [...streams].sort((left, right) => right.lost - left.lost);
  if (worst === undefined || worst.lost === 0) {
    return null;
  }
  const { call, vip, family, lost, firstLost, sent } = worst;
  return { call, vip, family, lost, firstLost: firstLost ?? 0, sent };
}

function total(
  streams: readonly StreamReport[],
  what: 'lost' | 'reordered' | 'duplicates',
): number {
  return streams.reduce((sum, stream) => sum + stream[what], 0);
}
