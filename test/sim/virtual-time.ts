// Time that only passes when everything due has happened. Takes the place of the global timers, so
// that production code sleeps in it too.

export interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  work: (() => void) | undefined;
}

/** Where code of one process runs: a stalled process runs nothing until its stall is over. */
export interface Process {
  run(work: () => void): void;
}

/** A wall-clock time, so that what is printed as a date looks like one. */
export const START_MS = Date.UTC(2026, 0, 1);

export class VirtualTime {
  readonly #heap: Timer[] = [];
  #nowMs = START_MS;
  #sequence = 0;
  #unsettled = false;
  #process: Process | undefined;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Milliseconds since the start, for people. */
  get sinceStartMs(): number {
    return this.#nowMs - START_MS;
  }

  after(delayMs: number, work: () => void): Timer {
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const timer: Timer = { atMs, sequence: this.#sequence, work };
    this.#sequence += 1;
    push(this.#heap, timer);
    return timer;
  }

  /** Everything that `work` starts, timers and promises, belongs to this process. */
  within(process: Process, work: () => void): void {
    this.#process = process;
    work();
  }

  /** A promise of ours has ended: what waits for it runs before time goes on. */
  unsettle(): void {
    this.#unsettled = true;
  }

  async runUntil(endMs: number): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > endMs) {
        break;
      }
      pop(this.#heap);
      this.#nowMs = next.atMs;
      next.work?.();
      if (this.#unsettled) {
        this.#unsettled = false;
        await new Promise((resolve) => setImmediate(resolve));
      }
      this.#process = undefined;
    }
    this.#nowMs = endMs;
  }

  /** Takes over the global timers; returns the way to give them back. */
  install(): () => void {
    const real = { set: globalThis.setTimeout, clear: globalThis.clearTimeout };
    globalThis.setTimeout = this.#setTimeout as unknown as typeof setTimeout;
    globalThis.clearTimeout = this.#clearTimeout as unknown as typeof clearTimeout;
    return () => {
      globalThis.setTimeout = real.set;
      globalThis.clearTimeout = real.clear;
    };
  }

  readonly #setTimeout = (work: () => void, delayMs = 0): Timer => {
    const process = this.#process;
    const whole = Math.max(1, Math.trunc(delayMs));
    return this.after(whole, process === undefined ? work : () => process.run(work));
  };

  readonly #clearTimeout = (timer: Timer | undefined): void => {
    if (timer !== undefined) {
      timer.work = undefined;
    }
  };
}

function isSooner(left: Timer, right: Timer): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.sequence < right.sequence);
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above]!;
    if (!isSooner(timer, parent)) {
      break;
    }
    heap[index] = parent;
    index = above;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) {
    return;
  }
  let index = 0;
  for (;;) {
    const below = soonerChild(heap, index);
    const child = heap[below];
    if (child === undefined || !isSooner(child, last)) {
      break;
    }
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
}

function soonerChild(heap: readonly Timer[], index: number): number {
  const left = 2 * index + 1;
  const one = heap[left];
  const other = heap[left + 1];
  return one !== undefined && other !== undefined && isSooner(other, one) ? left + 1 : left;
}
