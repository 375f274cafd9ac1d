// Looks at BIRD on a steady beat and tells what is new. It never rejects for what BIRD does: an
// unreachable daemon is news, too.

import { InterruptibleSleep } from '../../../async/interruptible-sleep.js';
import { SilenceTimer } from '../../../async/silence-timer.js';
import { nextGridMs } from '../../../async/tick.js';
import { SpeakerError, type SpeakerReport } from '../../../ports/bgp-speaker.js';
import { DaemonWatch, type DaemonWatchOptions } from './daemon-watch.js';
import type { Layout } from './layout.js';

export interface WatchLoopOptions extends Omit<DaemonWatchOptions, 'onEnded'> {
  readonly listener: (report: SpeakerReport) => void;
  /** Called after every look that found the daemon well. */
  readonly onReached: () => void;
}

/** Short enough to notice every change within 100 ms, and in step with the other looks around. */
const LOOK_EVERY_MS = 50;

/** Timers know whole milliseconds only and may come early by less than one. */
const TIMER_EARLY_MS_MAX = 1;

/** A daemon that has been silent for so long may have been replaced by another one. */
const RECONNECT_AFTER_MS = 2_000;

export class WatchLoop {
  readonly #options: WatchLoopOptions;
  readonly #watch: DaemonWatch;
  readonly #pause = new InterruptibleSleep();
  #lookIsLate = false;
  #hasEnded = false;
  #last: SpeakerReport | undefined;
  #lastContents = '';

  constructor(options: WatchLoopOptions) {
    this.#options = options;
    this.#watch = new DaemonWatch({ ...options, onEnded: () => this.lookNow() });
  }

  /** What the last look found in BIRD's file, or undefined when there was none. */
  get layout(): Layout | undefined {
    return this.#watch.layout;
  }

  /** Looks until `end` is called or `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const end = (): void => this.end();
    signal.addEventListener('abort', end, { once: true });
    this.#hasEnded ||= signal.aborted;
    let reconnect: NodeJS.Timeout | undefined;
    const silence = new SilenceTimer(this.#options.commandMsMax, () => {
      this.#lookIsLate = true;
      this.#reportUnreachable(
        `BIRD at ${this.#options.socketPath} has not answered for ${this.#options.commandMsMax} ms`,
      );
      reconnect = setTimeout(() => this.#watch.close(), RECONNECT_AFTER_MS);
    });
    let dueAtMs = performance.now();
    try {
      while (this.#isOn()) {
        silence.asked();
        await this.#look();
        silence.answered();
        clearTimeout(reconnect);
        dueAtMs = nextDueAtMs(dueAtMs, performance.now());
        await this.#pause.sleep(Math.ceil(dueAtMs - performance.now()));
      }
    } finally {
      silence.stop();
      signal.removeEventListener('abort', end);
    }
  }

  /** Looks at once, in addition to the beat. */
  lookNow(): void {
    this.#pause.interrupt();
  }

  end(): void {
    this.#hasEnded = true;
    this.#watch.close();
    this.lookNow();
  }

  async #look(): Promise<void> {
    this.#lookIsLate = false;
    try {
      const report = await this.#watch.look();
      if (this.#isLate()) {
        // What comes so late may tell of the time before the silence.
        this.#watch.forget();
        this.lookNow();
        return;
      }
      this.#tell(report);
      this.#options.onReached();
    } catch (error) {
      this.#reportUnreachable(requireSpeakerError(error).message);
      this.#watch.close();
    }
  }

  #reportUnreachable(detail: string): void {
    this.#tell({ daemon: 'unreachable', atMs: this.#options.clock.nowMs(), detail });
  }

  /** Tells what differs from what was told last. */
  #tell(report: SpeakerReport): void {
    if (report === this.#last || this.#hasEnded) {
      return;
    }
    this.#last = report;
    const contents = JSON.stringify({ ...report, atMs: 0 });
    if (contents !== this.#lastContents) {
      this.#lastContents = contents;
      this.#options.listener(report);
    }
  }

  #isOn(): boolean {
    return !this.#hasEnded;
  }

  #isLate(): boolean {
    return this.#lookIsLate;
  }
}

/** A look in between moves none of the beat. */
function nextDueAtMs(dueAtMs: number, nowMs: number): number {
  return nowMs > dueAtMs - TIMER_EARLY_MS_MAX
    ? nextGridMs(LOOK_EVERY_MS, Math.max(dueAtMs, nowMs))
    : dueAtMs;
}

/** Only failures of the daemon may be reported as such; everything else is a fault of ours. */
function requireSpeakerError(error: unknown): SpeakerError {
  if (error instanceof SpeakerError) {
    return error;
  }
  throw error;
}
