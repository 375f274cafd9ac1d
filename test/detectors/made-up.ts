// Made-up delays, the same for the same seed: what a minute of recording is too short to show.

import { Random } from '../sim/random.js';
import { doneAtMs, type Stall, type Trace } from './trace.js';

const INTERVAL_MS = 50;
export const MADE_UP_HOURS = 2;
const LENGTH_MS = MADE_UP_HOURS * 3_600_000;

export interface Story {
  readonly name: string;
  readonly seed: number;
  /** The delay of one ping sent at this time. */
  readonly delay: (random: Random, atMs: number) => number;
  readonly stalls?: (random: Random) => readonly Stall[];
  readonly lengthMs?: number;
}

export const STORIES: readonly Story[] = [
  {
    name: 'exponential, mean 1 ms',
    seed: 1,
    delay: (random) => exponential(random, 1),
  },
  {
    name: 'exponential, mean 15 ms',
    seed: 2,
    delay: (random) => exponential(random, 15),
  },
  {
    name: 'heavy tail (Pareto 1.5)',
    seed: 3,
    delay: (random) => Math.min(2_000, 0.3 * (1 - random.next()) ** (-1 / 1.5)),
  },
  {
    name: 'bursts: 2 s of 20 to 60 ms a minute',
    seed: 4,
    delay: (random, atMs) =>
      atMs % 60_000 < 2_000 ? random.between(20, 60) : exponential(random, 0.5),
  },
  {
    name: 'pauses of the relay, 20 to 180 ms',
    seed: 5,
    delay: pausing(6_000, 20, 180),
  },
  {
    name: 'pings lost, 2 %',
    seed: 6,
    delay: (random) => (random.chance(0.02) ? Infinity : exponential(random, 0.5)),
  },
  {
    name: 'own stalls, 20 to 1500 ms',
    seed: 7,
    delay: (random) => exponential(random, 0.5),
    stalls: (random) => drawStalls(random, 10_000, 20, 1_500),
  },
];

export function tell({ name, seed, delay, stalls, lengthMs = LENGTH_MS }: Story): Trace {
  const random = new Random(seed);
  const own = stalls?.(random) ?? [];
  const pings = [];
  for (let dueAtMs = 0; dueAtMs < lengthMs; dueAtMs += INTERVAL_MS) {
    pings.push({ dueAtMs, delayMs: delay(random, dueAtMs) });
  }
  return { name: `made up: ${name}`, lengthMs, ...suffer(pings, own) };
}

interface DuePing {
  readonly dueAtMs: number;
  readonly delayMs: number;
}

/** Pings that fall into a stall are left out; answers that come in one are read at its end. */
function suffer(
  pings: readonly DuePing[],
  stalls: readonly Stall[],
): Pick<Trace, 'pings' | 'stalls'> {
  const sent = pings.flatMap(({ dueAtMs, delayMs }) => {
    const readAtMs = doneAtMs(dueAtMs + delayMs, stalls);
    return doneAtMs(dueAtMs, stalls) > dueAtMs
      ? []
      : [{ sentAtMs: dueAtMs, delayMs: readAtMs - dueAtMs }];
  });
  return { pings: sent, stalls };
}

function exponential(random: Random, meanMs: number): number {
  return -meanMs * Math.log(1 - random.next());
}

/** The relay stands still now and then: what comes meanwhile is answered when it goes on. */
function pausing(everyMs: number, leastMs: number, mostMs: number): Story['delay'] {
  let fromMs = 0;
  let toMs = 0;
  return (random, atMs) => {
    while (toMs < atMs) {
      fromMs = toMs + exponential(random, everyMs);
      toMs = fromMs + random.between(leastMs, mostMs);
    }
    const delayMs = exponential(random, 0.5);
    return atMs >= fromMs ? toMs - atMs + delayMs : delayMs;
  };
}

function drawStalls(
  random: Random,
  everyMs: number,
  leastMs: number,
  mostMs: number,
): readonly Stall[] {
  const stalls: Stall[] = [];
  for (let atMs = 0; ;) {
    const fromMs = atMs + exponential(random, everyMs);
    atMs = fromMs + random.between(leastMs, mostMs);
    if (atMs > LENGTH_MS) {
      return stalls;
    }
    stalls.push({ fromMs, toMs: atMs });
  }
}
