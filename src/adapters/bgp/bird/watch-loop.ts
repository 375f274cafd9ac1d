// Looks at BIRD whenever BIRD announces something, and on a steady beat besides, and tells what is
// new. It never rejects for what BIRD does: an unreachable daemon is news, too.

import { InterruptibleSleep } from '../../../async/interruptible-sleep.js';
import { SilenceTimer } from '../../../async/silence-timer.js';
import { sleep } from '../../../async/sleep.js';
import { nextGridMs } from '../../../async/tick.js';
import { SpeakerError, type SpeakerReport } from '../../../ports/bgp-speaker.js';
import { DaemonWatch, type DaemonWatchOptions } from './daemon-watch.js';
import type { Layout } from './layout.js';

export interface WatchLoopOptions extends Omit<DaemonWatchOptions, 'onEnded'> {
  readonly listener: (report: SpeakerReport) => void;
  /** Called after every look that found the daemon well. */
  readonly onReached: () => void;
}

/**
 * While something is going on, or BIRD does not announce: short enough to notice every change within
 * 100 ms, to keep BIRD awake, and in step with the other looks around.
 */
const LOOK_EVERY_MS = 50;

/** While all sessions stand and BIRD tells by itself when something happens. */
const CALM_LOOK_EVERY_MS = 1_000;

/** Long enough for the first UPDATE of a new session to be out. */
const CALM_AFTER_MS = 5_000;

/** A BIRD that announces without end is looked at no more often than this. */
const LOOKS_APART_MS_MIN = 10;

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
  #newsAtMs = performance.now();

  constructor(options: WatchLoopOptions) {
    this.#options = options;
    this.#watch = new DaemonWatch({
      ...options,
      onEnded: () => this.lookNow(),
      onAnnouncement: () => {
        this.#watch.distrust();
        this.lookNow();
      },
    });
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
    try {
      while (this.#isOn()) {
        const askedAtMs = performance.now();
        silence.asked();
        await this.#look();
        silence.answered();
        clearTimeout(reconnect);
        await this.#pauseAfter(askedAtMs, signal);
      }
    } finally {
      silence.stop();
      clearTimeout(reconnect);
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

  async #pauseAfter(askedAtMs: number, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now();
    const dueAtMs = nextGridMs(this.#isCalm(nowMs) ? CALM_LOOK_EVERY_MS : LOOK_EVERY_MS, nowMs);
    await this.#pause.sleep(Math.ceil(dueAtMs - nowMs));
    const apartMs = performance.now() - askedAtMs;
    if (apartMs < LOOKS_APART_MS_MIN && this.#isOn()) {
      await sleep(Math.ceil(LOOKS_APART_MS_MIN - apartMs), signal);
    }
  }

  #isCalm(nowMs: number): boolean {
    return (
      nowMs >= this.#newsAtMs + CALM_AFTER_MS &&
      this.#watch.announces &&
      this.#last?.daemon === 'up' &&
      this.#last.sessions.every(({ state }) => state === 'established')
    );
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
      this.#newsAtMs = performance.now();
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

/** Only failures of the daemon may be reported as such; everything else is a fault of ours. */
function requireSpeakerError(error: unknown): SpeakerError {
  if (error instanceof SpeakerError) {
    return error;
  }
  throw error;
}
