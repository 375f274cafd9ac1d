import assert from 'node:assert/strict';

import { BeatLedger } from '../../../src/adapters/redis/beat-ledger.js';

describe('the ledger of beats', () => {
  it('times a round trip from its own beat, and answers for all before it', () => {
    const ledger = new BeatLedger(100);
    const [first, second, third] = [ledger.send(0), ledger.send(100), ledger.send(200)];
    assert.deepEqual([first, second, third], [101, 102, 103]);
    assert.equal(ledger.see(102, 250), 150);
    assert.equal(ledger.see(101, 251), undefined, 'the one before is settled');
    assert.equal(ledger.oldestAgeMs(260), 60);
    assert.equal(ledger.see(103, 260), 60);
    assert.equal(ledger.oldestAgeMs(270), undefined);
  });

  it('takes no notice of beats that it never sent', () => {
    const ledger = new BeatLedger(100);
    ledger.send(0);
    for (const stranger of [100, 102, -1, NaN, Infinity]) {
      assert.equal(ledger.see(stranger, 10), undefined);
    }
    assert.equal(ledger.oldestAgeMs(10), 10);
  });

  it('keeps a limited number of beats, and of all of them the oldest for its age', () => {
    const ledger = new BeatLedger(0);
    for (let beat = 0; beat < 1_000; beat += 1) {
      ledger.send(beat * 100);
    }
    assert.equal(ledger.oldestAgeMs(100_000), 100_000);
    assert.equal(ledger.see(500, 100_000), undefined, 'one in the middle is no longer known');
    assert.equal(ledger.see(1_000, 100_000), 100);
    assert.equal(ledger.oldestAgeMs(100_000), undefined);
  });

  it('does not count the time in which this process stood still', () => {
    const ledger = new BeatLedger(0);
    ledger.send(1_000);
    ledger.standStill(2_000);
    assert.equal(ledger.oldestAgeMs(3_050), 50);
    assert.equal(ledger.see(1, 3_060), 60);
  });

  it('forgets a beat that the primary did not take', () => {
    const ledger = new BeatLedger(0);
    ledger.send(0);
    ledger.send(100);
    ledger.forget(1);
    assert.equal(ledger.oldestAgeMs(200), 100);
  });
});
