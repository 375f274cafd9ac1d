import assert from 'node:assert/strict';

import type { CapturedPacket } from '../../../src/drill/measure/pcap.js';
import { streamsAround } from '../../../src/drill/measure/telephone-streams.js';

const FAULT = { faultAtMs: 10_000, lastsMs: 8_000 };

/** A packet each 20 ms, but for a silence. */
function stream(
  ports: string,
  { fromMs, untilMs, silentFromMs = untilMs, silentUntilMs = untilMs }: Times,
): readonly CapturedPacket[] {
  const packets: CapturedPacket[] = [];
  for (let atMs = fromMs; atMs < untilMs; atMs += 20) {
    if (atMs < silentFromMs || atMs >= silentUntilMs) {
      packets.push({ atMs, destination: '10.0.0.2', ports });
    }
  }
  return packets;
}

interface Times {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly silentFromMs?: number;
  readonly silentUntilMs?: number;
}

describe('what telephones heard', () => {
  it('tells streams that go on from those that do not, with the longest silence', () => {
    const goesOn = { fromMs: 8_000, untilMs: 15_000, silentFromMs: 10_000, silentUntilMs: 10_060 };
    const breaksOff = { fromMs: 8_000, untilMs: 10_000 };
    const packets = [...stream('1>2', goesOn), ...stream('3>4', breaksOff)];
    assert.deepEqual(streamsAround(packets, FAULT), {
      running: 2,
      goOn: 1,
      silenceMs: { p50: 80, max: 80 },
    });
  });

  it('expects nothing of a stream that was near its end, that began later, or that was over', () => {
    const packets = [
      ...stream('1>2', { fromMs: 3_000, untilMs: 11_000 }),
      ...stream('3>4', { fromMs: 10_100, untilMs: 15_000 }),
      ...stream('5>6', { fromMs: 8_000, untilMs: 9_000 }),
      { atMs: 9_990, destination: 'ff02::1', ports: undefined },
    ];
    assert.equal(streamsAround(packets, FAULT).running, 0);
  });

  it('takes no notice of a silence at the end of the talk', () => {
    const talk = { fromMs: 8_000, untilMs: 14_000, silentFromMs: 12_000, silentUntilMs: 13_000 };
    assert.equal(streamsAround(stream('1>2', talk), FAULT).silenceMs.max, 20);
  });
});
