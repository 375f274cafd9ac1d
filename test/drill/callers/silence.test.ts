import assert from 'node:assert/strict';

import { Silence } from '../../../src/drill/callers/silence.js';

describe('Silence', () => {
  it('is the longest time between two arrivals', () => {
    const silence = new Silence(0);
    [10, 15, 40, 45].forEach((atMs) => silence.heard(atMs));
    assert.equal(silence.longestMs, 25);
  });

  it('counts the time before the first and after the last', () => {
    const silence = new Silence(0);
    silence.heard(30);
    silence.heard(35);
    assert.equal(silence.longestMs, 30);
    silence.close(100);
    assert.equal(silence.longestMs, 65);
  });

  it('hears nothing more once it is closed', () => {
    const silence = new Silence(0);
    silence.close(10);
    silence.heard(500);
    assert.equal(silence.longestMs, 10);
  });
});
