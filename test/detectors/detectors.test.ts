import assert from 'node:assert/strict';

import { adaptiveCounter, plainCounter } from './counters.js';
import { STORIES, tell } from './made-up.js';
import { detectionTimes, falseAlarmsAnHour } from './measure.js';
import { phiAccrual } from './phi.js';
import { CONDITIONS, readRecording } from './recording.js';
import { cut, doneAtMs, stalledMs, withHang, type Trace } from './trace.js';

const MINUTES = 600_000;

/** As the product is set by default: interval and deadline 50 ms, four misses. */
const PRODUCT = plainCounter({ deadlineMs: 50, misses: 4, hearsLateMs: 150 });

function story(name: string): Trace {
  const found = STORIES.find((each) => each.name.startsWith(name));
  assert.ok(found !== undefined);
  return tell({ ...found, lengthMs: MINUTES });
}

/** A ping each 50 ms, answered after 1 ms. */
function calmTrace(stalls: Trace['stalls'] = []): Trace {
  const pings = Array.from({ length: 1_000 }, (_, index) => ({ sentAtMs: index * 50, delayMs: 1 }));
  return { name: 'calm', pings, stalls, lengthMs: 50_000 };
}

describe('the detector of the product', () => {
  for (const condition of CONDITIONS) {
    it(`raises no false alarm in the recording of ${condition}`, () => {
      assert.equal(falseAlarmsAnHour(PRODUCT, readRecording(condition)), 0);
    });
  }

  for (const { name } of STORIES) {
    it(`raises no false alarm in made-up delays: ${name}`, () => {
      assert.equal(falseAlarmsAnHour(PRODUCT, story(name)), 0);
    });
  }

  it('finds a hang within interval x misses + deadline', () => {
    const times = detectionTimes(PRODUCT, story('exponential, mean 1 ms'));
    assert.ok(
      times.every((ms) => ms > 150 && ms <= 250),
      `worst ${String(times.at(-1))}`,
    );
  });

  it('takes four misses in a row for silence, and a late answer among them for life', () => {
    const hung = withHang(calmTrace(), 10_000);
    assert.deepEqual(PRODUCT.alarms(hung), [10_200]);
    const slow = {
      ...hung,
      pings: hung.pings.map((ping, index) => (index === 202 ? { ...ping, delayMs: 90 } : ping)),
    };
    assert.deepEqual(PRODUCT.alarms(slow), [10_350]);
  });
});

describe('the other detectors', () => {
  it('count with a deadline that follows the answers', () => {
    const detector = adaptiveCounter({ floorMs: 5, ceilingMs: 50, misses: 4 });
    assert.deepEqual(detector.alarms(withHang(calmTrace(), 10_000)), [10_155]);
  });

  it('accrue suspicion, and forget the time in which they stood still', () => {
    const stalls = [{ fromMs: 20_001, toMs: 21_000 }];
    const trace = calmTrace(stalls);
    const settings = { threshold: 8, window: 1_000, deviationMsMin: 5, lookMs: 10 };
    const pings = trace.pings.filter(({ sentAtMs }) => sentAtMs <= 20_000 || sentAtMs >= 21_050);
    const stalled = { ...trace, pings };
    assert.deepEqual(phiAccrual({ ...settings, knowsStalls: true }).alarms(stalled), []);
    assert.equal(phiAccrual({ ...settings, knowsStalls: false }).alarms(stalled).length, 1);
    const [found = 0] = phiAccrual({ ...settings, knowsStalls: true }).alarms(
      withHang(trace, 10_000),
    );
    assert.ok(found > 10_000 && found < 10_120, String(found));
  });
});

describe('a trace', () => {
  const stalls = [
    { fromMs: 10, toMs: 20 },
    { fromMs: 30, toMs: 40 },
  ];

  it('does at the end of a stall what is due in it', () => {
    const due = [9, 10, 19, 20, 35, 41];
    assert.deepEqual(
      due.map((atMs) => doneAtMs(atMs, stalls)),
      [9, 20, 20, 20, 40, 41],
    );
  });

  it('tells how much of a span was stalled', () => {
    assert.deepEqual(
      [stalledMs(stalls, 0, 50), stalledMs(stalls, 15, 35), stalledMs(stalls, 20, 30)],
      [20, 10, 0],
    );
  });

  it('can be cut, and told from its own beginning', () => {
    const part = cut(calmTrace(stalls), 25, 125);
    assert.deepEqual(
      part.pings.map(({ sentAtMs }) => sentAtMs),
      [25, 75],
    );
    assert.deepEqual(part.stalls, [{ fromMs: 5, toMs: 15 }]);
  });
});
