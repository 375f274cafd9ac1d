// One timer for all that is due at a known time in this process, be it a regular look or the deadline
// of a question: to set and to clear one for each would cost more than what is done then, and to
// wake up for each by itself more than that.

export interface Alarm {
  /** On the clock of `performance.now()`; Infinity for never. An earlier one is told by `setAlarm`. */
  readonly dueAtMs: number;
  /** That time has come: `dueAtMs` is to be moved on. */
  pass(nowMs: number): void;
  /** What is to be done, when all that were due have passed. */
  ring(): void;
}

/** Timers come on whole milliseconds, up to one too early; what is due within that is due. */
const TIMER_SLACK_MS = 1;

const alarms = new Set<Alarm>();
let timer: NodeJS.Timeout | undefined;
/** How long it was set for, and set again as it fired. */
let timerMs = 0;
let firesAtMs = Infinity;

/** The alarm rings when it is due, until it is cleared. */
export function setAlarm(alarm: Alarm): void {
  alarms.add(alarm);
  if (alarm.dueAtMs < firesAtMs) {
    setTimer(alarm.dueAtMs);
  }
}

/** It rings no more, and no timer is left behind when it was the last one. */
export function clearAlarm(alarm: Alarm): void {
  if (alarms.delete(alarm)) {
    setTimer(firstDueAtMs());
  }
}

function setTimer(dueAtMs: number): void {
  if (dueAtMs === firesAtMs) {
    return;
  }
  clearTimeout(timer);
  firesAtMs = dueAtMs;
  timerMs = Math.ceil(dueAtMs - performance.now());
  timer = dueAtMs === Infinity ? undefined : setTimeout(fire, timerMs);
}

/** As `setTimer`. The timer that has just fired costs a fraction of a new one, for much the same time. */
function setTimerAgain(dueAtMs: number): void {
  const overMs = timerMs - Math.ceil(dueAtMs - performance.now());
  if (overMs === 0 || overMs === TIMER_SLACK_MS) {
    firesAtMs = dueAtMs;
    timer?.refresh();
  } else {
    firesAtMs = -Infinity;
    setTimer(dueAtMs);
  }
}

function fire(): void {
  const nowMs = performance.now();
  const due: Alarm[] = [];
  for (const alarm of alarms) {
    if (alarm.dueAtMs <= nowMs + TIMER_SLACK_MS) {
      due.push(alarm);
      alarm.pass(nowMs);
    }
  }
  setTimerAgain(firstDueAtMs());
  for (const alarm of due) {
    // One that was cleared by another in this very turn has nothing to do any more.
    if (alarms.has(alarm)) {
      alarm.ring();
    }
  }
}

function firstDueAtMs(): number {
  let dueAtMs = Infinity;
  for (const alarm of alarms) {
    dueAtMs = Math.min(dueAtMs, alarm.dueAtMs);
  }
  return dueAtMs;
}
