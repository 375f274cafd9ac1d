import assert from 'node:assert/strict';

import { Beat } from '../../../src/adapters/redis/beat.js';
import type { RedisCommand } from '../../../src/adapters/redis/publisher.js';
import type { BeatObservation } from '../../../src/domain/evidence.js';

const INTERVAL_MS = 100;

/** A beat over a way that takes so long, tick by tick. */
class Way {
  readonly told: BeatObservation[] = [];
  #nowMs = 1_000_000;
  #ticks = 0;
  readonly #beat = new Beat({
    channel: 'c',
    intervalMs: INTERVAL_MS,
    clock: { nowMs: () => this.#nowMs },
    report: (seen) => this.told.push(seen),
  });

  get says(): string {
    return `${this.#beat.isProof ? 'proof' : 'none'}, owed ${this.#beat.owedMs} ms`;
  }

  /** Sends a beat, if this tick has one, that the primary leaves without an answer. */
  leave(): void {
    this.#next();
  }

  /** Time goes by. */
  wait(ms: number): string {
    this.#nowMs += ms;
    return this.says;
  }

  /** One tick; whether it had a beat, which comes out `afterMs` later, if it does. */
  tick(afterMs: number, lengthMs = INTERVAL_MS): boolean {
    const sent = this.#next();
    const tickAtMs = this.#nowMs;
    if (sent !== undefined) {
      this.#beat.settle('taken');
    }
    this.#beat.look(undefined);
    if (sent !== undefined && afterMs < INTERVAL_MS) {
      this.#nowMs = tickAtMs + afterMs;
      this.#beat.hear(`${sent[2] ?? ''}`);
    }
    this.#nowMs = tickAtMs + lengthMs;
    return sent !== undefined;
  }

  #next(): RedisCommand | undefined {
    const place = (this.#ticks += 1);
    this.#beat.tick(0);
    return this.#beat.next({ isOneIn: (n) => place % n === 0 });
  }
}

describe('the beat', () => {
  it('leaves every other tick out once a beat has come out in time', () => {
    const way = new Way();
    const sent = Array.from({ length: 6 }, () => way.tick(1));
    assert.deepEqual(sent, [true, true, false, true, false, true]);
  });

  it('comes at every tick from when one is late until one has come out in time again', () => {
    const way = new Way();
    for (let tick = 0; tick < 4; tick += 1) {
      way.tick(1);
    }
    assert.deepEqual([way.tick(Infinity), way.tick(Infinity)], [false, true]);
    // It is told as late two ticks after it was sent.
    assert.deepEqual([way.tick(Infinity), way.tick(Infinity)], [false, true]);
    assert.equal(way.told.at(-1)?.outcome, 'overdue');
    assert.deepEqual([way.tick(Infinity), way.tick(Infinity), way.tick(1)], [true, true, true]);
    assert.equal(way.told.at(-1)?.outcome, 'seen');
    assert.deepEqual([way.tick(1), way.tick(1), way.tick(1)], [true, false, true]);
  });

  it('is late two ticks after it was sent, though these were a little short', () => {
    const way = new Way();
    way.tick(1);
    assert.deepEqual([way.tick(Infinity, 99.5), way.tick(1, 99.5)], [true, false]);
    assert.equal(way.told.at(-1)?.outcome, 'seen');
    way.tick(Infinity);
    assert.equal(way.told.at(-1)?.outcome, 'overdue');
  });

  it('is proof from the first that came out in time until one is missed', () => {
    const way = new Way();
    assert.equal(way.says, 'none, owed 0 ms');
    way.tick(1);
    assert.equal(way.says, 'proof, owed 0 ms');
    way.tick(Infinity);
    assert.equal(way.says, 'none, owed 0 ms', 'taken by the primary 100 ms ago, and not seen');
  });

  it('is no proof from 50 ms after one was sent that the primary has not answered', () => {
    const way = new Way();
    way.tick(1);
    way.leave();
    const said = [way.says, way.wait(49), way.wait(1)];
    assert.deepEqual(said, ['proof, owed 0 ms', 'proof, owed 49 ms', 'none, owed 50 ms']);
  });
});
