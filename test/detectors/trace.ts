// What a detector is tried on: the pings of a stretch of time, and when the process that sent them
// stood still itself.

/** One ping: when it was sent, and after how long its answer lay in the socket. */
export interface TracedPing {
  readonly sentAtMs: number;
  /** Infinity when none ever came. */
  readonly delayMs: number;
}

export interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Trace {
  readonly name: string;
  /** In the order of their sending, one each interval unless a stall swallowed it. */
  readonly pings: readonly TracedPing[];
  /** In the order of time, without overlap. */
  readonly stalls: readonly Stall[];
  readonly lengthMs: number;
}

/** When work that is due at this time is done in fact: at once, or when the stall is over. */
export function doneAtMs(dueAtMs: number, stalls: readonly Stall[]): number {
  const last = stalls[countBegun(stalls, dueAtMs) - 1];
  return last !== undefined && dueAtMs < last.toMs ? last.toMs : dueAtMs;
}

/** How much of a span of time fell into stalls. */
export function stalledMs(stalls: readonly Stall[], fromMs: number, toMs: number): number {
  let sumMs = 0;
  for (let place = countBegun(stalls, toMs) - 1; place >= 0; place -= 1) {
    const stall = stalls[place];
    if (stall === undefined || stall.toMs <= fromMs) {
      break;
    }
    sumMs += Math.min(toMs, stall.toMs) - Math.max(fromMs, stall.fromMs);
  }
  return sumMs;
}

/** How many stalls have begun by then; by halving, since hours hold thousands of them. */
function countBegun(stalls: readonly Stall[], atMs: number): number {
  let [low, high] = [0, stalls.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stalls[middle]?.fromMs ?? Infinity) <= atMs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** A part of the time, told from its own beginning. */
export function cut({ name, pings, stalls }: Trace, fromMs: number, toMs: number): Trace {
  return {
    name,
    lengthMs: toMs - fromMs,
    pings: pings
      .filter(({ sentAtMs }) => fromMs <= sentAtMs && sentAtMs < toMs)
      .map(({ sentAtMs, delayMs }) => ({ sentAtMs: sentAtMs - fromMs, delayMs })),
    stalls: stalls
      .filter((stall) => fromMs <= stall.fromMs && stall.toMs < toMs)
      .map((stall) => ({ fromMs: stall.fromMs - fromMs, toMs: stall.toMs - fromMs })),
  };
}

/** The same time with a relay that hangs from `atMs` on: it answers nothing any more. */
export function withHang(trace: Trace, atMs: number): Trace {
  const pings = trace.pings.map((ping) =>
    ping.sentAtMs + ping.delayMs > atMs ? { ...ping, delayMs: Infinity } : ping,
  );
  return { ...trace, pings };
}
