// A sidecar on fakes of every port, under fake time.

import assert from 'node:assert/strict';

import type { SinonFakeTimers } from 'sinon';

import type { Config } from '../../src/config/config.js';
import type { RelayObservation, StoreObservation } from '../../src/domain/evidence.js';
import { createSidecar, type Sidecar } from '../../src/runtime/sidecar.js';
import { heldRoutes, HOME, ROUTER, STANDBY, WORD } from '../domain/story.js';
import { installClock } from '../support/clock.js';
import { CONFIG, FakeExchange, FakeLog, FakeRecord, FakeSpeaker } from './fakes.js';

const SELF = {
  loopDelayMs: 0,
  cpuPct: 0,
  rssMb: 1,
  upSeconds: 1,
  guard: 'none' as const,
  workerRestarts: 0,
};

type Listener<T> = (seen: T) => void;

export class SidecarBench {
  readonly clock: SinonFakeTimers = installClock();
  readonly speaker = new FakeSpeaker();
  readonly log = new FakeLog();
  readonly record = new FakeRecord();
  readonly peers = new FakeExchange();
  /** How often the stop command was run. */
  stops = 0;
  #sidecar: Sidecar | undefined;
  #relay: Listener<RelayObservation> | undefined;
  #redis: Listener<StoreObservation> | undefined;

  get sidecar(): Sidecar {
    assert.ok(this.#sidecar !== undefined, 'not started');
    return this.#sidecar;
  }

  async start(config: Config = CONFIG): Promise<void> {
    this.#sidecar = await createSidecar({
      config,
      version: '0.0.0',
      speaker: this.speaker,
      probes: [
        {
          name: 'fake',
          watch: (listener, signal) => {
            this.#relay = listener;
            return untilAborted(signal);
          },
        },
      ],
      store: {
        watch: (listener, signal) => {
          this.#redis = listener;
          return untilAborted(signal);
        },
      },
      peers: this.peers,
      record: this.record,
      clock: { nowMs: () => Date.now() },
      log: this.log,
      meter: { start: () => undefined, read: () => SELF, stop: () => undefined },
      stopper: {
        stop: () => {
          this.stops += 1;
          return Promise.resolve();
        },
      },
    });
    this.#sidecar.start();
  }

  /** The relay answers, Redis is in step, the daemon holds what a healthy pair announces. */
  async healthy(config?: Config): Promise<void> {
    await this.start(config);
    const atMs = Date.now();
    this.relay({ kind: 'relay-connection', atMs, state: 'open' });
    this.relay({ kind: 'relay-ping', atMs, outcome: 'answered', roundTripMs: 0.2 });
    this.redis({
      kind: 'redis-primary',
      atMs,
      outcome: 'answered',
      role: 'primary',
      offsetBytes: 9,
    });
    this.#replica();
    this.relay({ kind: 'relay-sessions', atMs, own: 1, foreign: 2, total: 3 });
    this.#replica();
    this.peers.tell({ kind: 'peer', atMs, node: 'relay-b', word: WORD });
    this.speaker.report({
      daemon: 'up',
      atMs,
      instance: '1',
      held: heldRoutes([HOME, STANDBY], [0, 1]),
      sessions: [ROUTER],
    });
    await this.clock.tickAsync(0);
  }

  relay(seen: RelayObservation): void {
    assert.ok(this.#relay !== undefined, 'nobody watches the relay');
    this.#relay(seen);
  }

  redis(seen: StoreObservation): void {
    assert.ok(this.#redis !== undefined, 'nobody watches Redis');
    this.#redis(seen);
  }

  die(): void {
    this.relay({ kind: 'relay-connection', atMs: Date.now(), state: 'ended' });
    this.relay({ kind: 'relay-connection', atMs: Date.now(), state: 'refused' });
  }

  /** Stops it, and sees that it lets go of everything. */
  async end(): Promise<void> {
    const stopped = this.sidecar.stop();
    await this.clock.tickAsync(5_000);
    await stopped;
    const timersLeft = this.clock.countTimers();
    this.clock.restore();
    assert.equal(timersLeft, 0, 'every path clears its timer');
    assert.equal(this.speaker.closed, true);
  }

  #replica(): void {
    this.redis({
      kind: 'redis-replica',
      atMs: Date.now(),
      outcome: 'answered',
      link: 'up',
      offsetBytes: 9,
      databaseSizes: { 1: 1, 2: 2 },
    });
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}
