import { oneOf, seconds, type GaugeDefinition } from './gauge.js';

const GUARD_STATES = ['guarded', 'gone', 'none'] as const;
const BYTES_PER_MB = 1_000_000;

export const SELF: readonly GaugeDefinition[] = [
  {
    name: 'holdline_loop_delay_seconds',
    help: "By how much Holdline's own event loop was late.",
    samples: ({ self }) => seconds(self.loopDelayMs),
  },
  {
    name: 'holdline_cpu_ratio',
    help: 'Share of one core that Holdline uses.',
    samples: ({ self }) => [{ value: self.cpuPct / 100 }],
  },
  {
    name: 'holdline_resident_memory_bytes',
    help: 'Resident memory of Holdline.',
    samples: ({ self }) => [{ value: self.rssMb * BYTES_PER_MB }],
  },
  {
    name: 'holdline_up_seconds',
    help: 'Time since this sidecar started.',
    samples: ({ self }) => [{ value: self.upSeconds }],
  },
  {
    name: 'holdline_guard',
    help: 'Who watches this sidecar: 1 for what holds, 0 for the others.',
    labels: ['state'],
    samples: ({ self }) => oneOf('state', GUARD_STATES, self.guard),
  },
  {
    name: 'holdline_worker_restarts',
    help: 'How often the guard has started the worker again.',
    samples: ({ self }) => [{ value: self.workerRestarts }],
  },
];
