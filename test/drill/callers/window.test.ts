import assert from 'node:assert/strict';

import { StreamWindow } from '../../../src/drill/callers/window.js';

/** Arrivals as `[sequence, atMs]`; the window opens at 0 ms with packet 100. */
function report(
  arrivals: readonly (readonly [number, number])[],
  close: { readonly nextSequence: number; readonly atMs: number },
  late: readonly (readonly [number, number])[] = [],
) {
  const window = new StreamWindow(100, 0);
  arrivals.forEach(([sequence, atMs]) => window.arrived(sequence, atMs));
  window.close(close.nextSequence, close.atMs);
  late.forEach(([sequence, atMs]) => window.arrived(sequence, atMs));
  return window.report();
}

describe('StreamWindow', () => {
  it('finds nothing wrong with a stream that comes whole and in order', () => {
    const found = report(
      [
        [100, 10],
        [101, 30],
        [102, 50],
      ],
      { nextSequence: 103, atMs: 60 },
    );
    assert.deepEqual(found, {
      sent: 3,
      lost: 0,
      firstLost: null,
      duplicates: 0,
      reordered: 0,
      silenceMs: 20,
    });
  });

  it('counts what never came as lost, and the silence it left', () => {
    const found = report(
      [
        [100, 10],
        [103, 70],
      ],
      { nextSequence: 104, atMs: 80 },
    );
    assert.deepEqual([found.lost, found.firstLost, found.silenceMs], [2, 1, 60]);
  });

  it('does not count a packet as lost that was still on its way when the window closed', () => {
    const found = report([[100, 10]], { nextSequence: 102, atMs: 30 }, [[101, 35]]);
    assert.equal(found.lost, 0);
  });

  it('leaves out packets sent before the window opened or after it closed', () => {
    const arrivals = [
      [99, 5],
      [100, 10],
    ] as const;
    const found = report(arrivals, { nextSequence: 101, atMs: 20 }, [[101, 25]]);
    assert.deepEqual([found.sent, found.lost, found.duplicates], [1, 0, 0]);
  });

  it('tells a duplicate from a packet that was overtaken', () => {
    const found = report(
      [
        [100, 10],
        [102, 20],
        [101, 21],
        [102, 22],
      ],
      { nextSequence: 103, atMs: 30 },
    );
    assert.deepEqual([found.lost, found.duplicates, found.reordered], [0, 1, 1]);
  });

  it('counts the silence at the end of a stream that has died', () => {
    const found = report([[100, 10]], { nextSequence: 150, atMs: 1_000 });
    assert.deepEqual([found.lost, found.silenceMs], [49, 990]);
  });

  it('counts everything as lost, and all of the time as silence, when nothing came', () => {
    const found = report([], { nextSequence: 105, atMs: 100 });
    assert.deepEqual([found.sent, found.lost, found.silenceMs], [5, 5, 100]);
  });

  it('counts streams of many thousand packets', () => {
    const arrivals = Array.from({ length: 5_000 }, (_, index) => [100 + index, index] as const);
    const found = report(arrivals, { nextSequence: 5_100, atMs: 5_000 });
    assert.deepEqual([found.sent, found.lost], [5_000, 0]);
  });
});
