// What the sidecar costs and how late its own loop runs.

import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { GuardLink } from '../../ports/guard.js';
import type { SelfMeter } from '../../ports/self-meter.js';

/** The loop's delay is sampled this often: finer, and the wake-ups cost more than they tell. */
const RESOLUTION_MS = 100;
const BYTES_PER_MB = 1_048_576;
const MICROSECONDS_PER_MS = 1_000;
const NANOSECONDS_PER_MS = 1_000_000;

export function createSelfMeter(guard: GuardLink): SelfMeter & { stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let last = { atMs: performance.now(), cpu: process.cpuUsage() };
  let cpuPct = 0;
  return {
    read: () => {
      const nowMs = performance.now();
      // Shorter spans than a second would show the cost of the question.
      if (nowMs - last.atMs >= 1_000) {
        const cpu = process.cpuUsage();
        const usedUs = cpu.user + cpu.system - last.cpu.user - last.cpu.system;
        cpuPct = (usedUs / MICROSECONDS_PER_MS / (nowMs - last.atMs)) * 100;
        last = { atMs: nowMs, cpu };
      }
      const loopDelayMs = Math.max(0, delay.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS);
      delay.reset();
      return {
        loopDelayMs: Number.isFinite(loopDelayMs) ? loopDelayMs : 0,
        cpuPct,
        rssMb: process.memoryUsage.rss() / BYTES_PER_MB,
        upSeconds: process.uptime(),
        guard: guard.state,
        workerRestarts: guard.restarts,
      };
    },
    stop: () => {
      delay.disable();
    },
  };
}
