import { clearAlarm, setAlarm, type Alarm } from './shared-timer.js';

interface Deadline {
  readonly dueAtMs: number;
  readonly expired: (lateMs: number) => void;
}

/**
 * The deadlines of questions that are asked all the time, and nearly always answered.
 *
 * As with `startPatientTimer` everything that had come in by then is delivered before a deadline
 * has passed, and `lateMs` tells how late the timer itself fired.
 */
export class Deadlines {
  readonly #open = new Set<Deadline>();
  readonly #alarm: Alarm & { dueAtMs: number } = {
    dueAtMs: Infinity,
    pass: (nowMs) => this.#pass(nowMs),
    ring: () => undefined,
  };

  /** Calls `expired` when `limitMs` are over. Returns the way to call it off. */
  start(limitMs: number, expired: (lateMs: number) => void): () => void {
    const deadline = { dueAtMs: performance.now() + limitMs, expired };
    this.#open.add(deadline);
    this.#alarm.dueAtMs = Math.min(this.#alarm.dueAtMs, deadline.dueAtMs);
    setAlarm(this.#alarm);
    return () => this.#callOff(deadline);
  }

  /** Calls all of them off and leaves no timer behind. */
  stop(): void {
    this.#open.clear();
    this.#alarm.dueAtMs = Infinity;
    clearAlarm(this.#alarm);
  }

  /** With none left there is nothing to wake up for. */
  #callOff(deadline: Deadline): void {
    this.#open.delete(deadline);
    if (this.#open.size === 0) {
      this.#alarm.dueAtMs = Infinity;
    }
  }

  #pass(nowMs: number): void {
    let nextAtMs = Infinity;
    const passed: Deadline[] = [];
    for (const deadline of this.#open) {
      if (deadline.dueAtMs > nowMs) {
        nextAtMs = Math.min(nextAtMs, deadline.dueAtMs);
      } else {
        passed.push(deadline);
      }
    }
    this.#alarm.dueAtMs = nextAtMs;
    for (const deadline of passed.sort((a, b) => a.dueAtMs - b.dueAtMs)) {
      setImmediate(() => this.#expire(deadline, nowMs - deadline.dueAtMs));
    }
  }

  #expire(deadline: Deadline, lateMs: number): void {
    if (this.#open.delete(deadline)) {
      deadline.expired(lateMs);
    }
  }
}
