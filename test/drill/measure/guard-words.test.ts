import assert from 'node:assert/strict';

import { readGuardWords } from '../../../src/drill/measure/guard-words.js';

const line = (time: number, event: string): string =>
  `${JSON.stringify({ level: 50, time, node: 'relay-a', event, msg: event })}\n`;

const EARLIER = line(100, 'worker-watching') + line(200, 'worker-died');

describe('the words of the guard', () => {
  it('tell when it found its worker dead and when the next one watched', () => {
    const log = EARLIER + line(1_003, 'worker-died') + line(1_450, 'worker-watching');
    assert.deepEqual(readGuardWords(log, 1_000), { foundAtMs: 1_003, backAtMs: 1_450 });
  });

  it('tell of a hang before the death that it made', () => {
    const log = line(1_700, 'worker-hung') + line(1_705, 'worker-died');
    assert.deepEqual(readGuardWords(log + line(2_100, 'worker-watching'), 1_000), {
      foundAtMs: 1_700,
      backAtMs: 2_100,
    });
  });

  it('are waited for until both are said', () => {
    assert.equal(readGuardWords(EARLIER, 1_000), undefined);
    assert.equal(readGuardWords(EARLIER + line(1_003, 'worker-died'), 1_000), undefined);
  });
});
