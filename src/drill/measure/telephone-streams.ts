// What telephones heard that are not ours: from the packets on their cable, stream by stream.

import type { CapturedPacket } from './pcap.js';
import { largest, median, rounded } from './statistics.js';

export interface StreamsAround {
  /** Streams that were heard right before the fault and had long enough to go on. */
  readonly running: number;
  readonly goOn: number;
  /** The longest silence of each, from the fault on. */
  readonly silenceMs: { readonly p50: number; readonly max: number };
}

/** A stream that was heard this shortly before the fault runs. */
const HEARD_WITHIN_MS = 100;
/** And one that is heard this long after it goes on. */
const GOES_ON_AFTER_MS = 1_000;

/** `lastsMs` is how long a telephone talks: a stream older than that is at its end by itself. */
export function streamsAround(
  packets: readonly CapturedPacket[],
  { faultAtMs, lastsMs }: { readonly faultAtMs: number; readonly lastsMs: number },
): StreamsAround {
  const youngSince = faultAtMs + GOES_ON_AFTER_MS * 2 - lastsMs;
  const running = [...timesByStream(packets).values()].filter(
    (times) =>
      (times[0] ?? 0) > youngSince &&
      times.some((atMs) => atMs <= faultAtMs && atMs > faultAtMs - HEARD_WITHIN_MS),
  );
  const goingOn = running.filter((times) => (times.at(-1) ?? 0) > faultAtMs + GOES_ON_AFTER_MS);
  const silences = goingOn.map((times) => silenceAfter(times, faultAtMs));
  return {
    running: running.length,
    goOn: goingOn.length,
    silenceMs: { p50: rounded(median(silences)), max: rounded(largest(silences)) },
  };
}

function timesByStream(packets: readonly CapturedPacket[]): ReadonlyMap<string, number[]> {
  const streams = new Map<string, number[]>();
  for (const { ports, atMs } of packets) {
    if (ports !== undefined) {
      const times = streams.get(ports) ?? [];
      times.push(atMs);
      streams.set(ports, times);
    }
  }
  return streams;
}

/** Up to the moment at which the stream certainly goes on: it may end by itself later. */
function silenceAfter(times: readonly number[], faultAtMs: number): number {
  let beforeMs = times.findLast((atMs) => atMs <= faultAtMs) ?? faultAtMs;
  let longestMs = 0;
  for (const atMs of times) {
    if (atMs > faultAtMs && beforeMs <= faultAtMs + GOES_ON_AFTER_MS) {
      longestMs = Math.max(longestMs, atMs - beforeMs);
      beforeMs = atMs;
    }
  }
  return longestMs;
}
