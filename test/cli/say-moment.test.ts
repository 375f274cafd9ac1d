import assert from 'node:assert/strict';

import { parseMoment, sayMoment } from '../../src/cli/say-moment.js';

const NOW_MS = Date.parse('2026-11-22T13:04:05.678Z');

describe('a time on the command line', () => {
  for (const [text, moment] of [
    ['13:04', '2026-11-22 13:04:00.000 UTC'],
    ['3:12', '2026-11-22 03:12:00.000 UTC'],
    ['13:04:05.678', '2026-11-22 13:04:05.678 UTC'],
    ['13:04:05.679', '2026-11-21 13:04:05.679 UTC'],
    ['23:59:59', '2026-11-21 23:59:59.000 UTC'],
    ['2026-11-22T03:12', '2026-11-22 03:12:00.000 UTC'],
    ['2026-11-22 03:12:07.5', '2026-11-22 03:12:07.500 UTC'],
    ['2026-11-22T03:12:07Z', '2026-11-22 03:12:07.000 UTC'],
    ['2026-11-22T03:12:07+01:00', '2026-11-22 02:12:07.000 UTC'],
  ] as const) {
    it(`${text} is ${moment}`, () => {
      const atMs = parseMoment(text, NOW_MS);
      assert.equal(atMs === undefined ? undefined : sayMoment(atMs), moment);
    });
  }

  for (const text of ['24:00', '12:60', '12:00:60', 'noon', '2026-11-22', '2026-13-40T00:00', '']) {
    it(`${JSON.stringify(text)} is none`, () => {
      assert.equal(parseMoment(text, NOW_MS), undefined);
    });
  }
});
