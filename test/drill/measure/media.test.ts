import assert from 'node:assert/strict';

import type { StreamReport } from '../../../src/drill/callers/protocol.js';
import { summariseMedia } from '../../../src/drill/measure/media.js';

const WHOLE: StreamReport = {
  call: 'call-1',
  kind: 'call',
  silent: false,
  towards: 'callee',
  vip: 'a',
  family: 4,
  sent: 50,
  lost: 0,
  firstLost: null,
  duplicates: 0,
  reordered: 0,
  silenceMs: 20,
};

describe('summariseMedia', () => {
  it('adds up the streams of the calls and names the worst', () => {
    const poor = { ...WHOLE, call: 'call-2', lost: 3, firstLost: 15, reordered: 1, silenceMs: 80 };
    const media = summariseMedia({
      streams: [WHOLE, poor, WHOLE],
      probeSilenceMs: 5.123,
      lateMs: 2,
    });
    assert.deepEqual(media, {
      streams: 3,
      gapMs: { p50: 20, max: 80 },
      lostMax: 3,
      lost: 3,
      reordered: 1,
      duplicates: 0,
      worst: { call: 'call-2', vip: 'a', family: 4, lost: 3, firstLost: 15, sent: 50 },
      callersLateMs: 2,
      probe: { gapMs: 5.12, lost: 0 },
    });
  });

  it('keeps the probe out of what the calls lost', () => {
    const probe: StreamReport = { ...WHOLE, kind: 'probe', lost: 7, silenceMs: 300 };
    const other: StreamReport = { ...probe, towards: 'caller' };
    const media = summariseMedia({
      streams: [WHOLE, probe, probe, other],
      probeSilenceMs: 9,
      lateMs: 0,
    });
    assert.deepEqual([media.streams, media.lost, media.gapMs.max], [1, 0, 20]);
    assert.equal(media.worst, null);
    assert.deepEqual(media.probe, { gapMs: 9, lost: 14 });
  });
});
