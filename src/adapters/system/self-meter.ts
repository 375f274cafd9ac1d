// What the sidecar costs and how late its own loop runs.

import { tickEvery } from '../../async/tick.js';
import type { GuardLink } from '../../ports/guard.js';
import type { SelfMeter } from '../../ports/self-meter.js';

/** The loop is timed all the time, in step with the other looks: waking up is what costs. */
const SAMPLE_EVERY_MS = 100;
/** Ten seconds; the worst of them is what is told. */
const SAMPLES_MAX = 100;
const BYTES_PER_MB = 1_048_576;
const MICROSECONDS_PER_MS = 1_000;

export function createSelfMeter(guard: GuardLink): SelfMeter {
  const lateness = new Lateness();
  const stopped = new AbortController();
  let last = { atMs: performance.now(), cpu: process.cpuUsage() };
  let cpuPct = 0;
  return {
    start: () => {
      void tickEvery(SAMPLE_EVERY_MS, (lateMs) => lateness.add(lateMs), stopped.signal);
    },
    read: () => {
      const nowMs = performance.now();
      // Shorter spans than a second would show the cost of the question.
      if (nowMs - last.atMs >= 1_000) {
        const cpu = process.cpuUsage();
        const usedUs = cpu.user + cpu.system - last.cpu.user - last.cpu.system;
        cpuPct = (usedUs / MICROSECONDS_PER_MS / (nowMs - last.atMs)) * 100;
        last = { atMs: nowMs, cpu };
      }
      return {
        loopDelayMs: lateness.worstMs,
        cpuPct,
        rssMb: process.memoryUsage.rss() / BYTES_PER_MB,
        upSeconds: process.uptime(),
        guard: guard.state,
        workerRestarts: guard.restarts,
      };
    },
    stop: () => stopped.abort(),
  };
}

/** How late the last ticks were. */
class Lateness {
  readonly #samplesMs: number[] = [];
  #next = 0;

  add(lateMs: number): void {
    this.#samplesMs[this.#next] = lateMs;
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  get worstMs(): number {
    return Math.max(0, ...this.#samplesMs);
  }
}
