// Drives BIRD 2 over its control socket. Every rank of a group of prefixes is a `protocol static`
// of its own, and a change of rank is `enable` for the new one, then `disable` for the old one.
//
// Both commands are idempotent in BIRD, so a declaration is sent whole, without a look before it:
// no answer that is out of date can lead it astray, and a withdraw waits for nothing.

import type { NeighbourConfig } from '../../../config/config.js';
import { InterruptibleSleep } from '../../../async/interruptible-sleep.js';
import { startPatientTimer } from '../../../async/patient-timer.js';
import { nextGridMs } from '../../../async/tick.js';
import type { RankBy } from '../../../domain/attributes.js';
import type { Advertisement, DesiredRoute, Vip } from '../../../domain/route.js';
import { SpeakerError, type BgpSpeaker, type SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';
import { readAdvertisements } from './advertisements.js';
import { ControlConnection } from './control-connection.js';
import { DaemonWatch } from './daemon-watch.js';
import { lookAtLayout, type Layout } from './layout.js';
import { readStatus, requireReply } from './readings.js';
import { groupsOf, type RouteGroup } from './route-group.js';
import { RouteSwitch } from './route-switch.js';

export interface BirdSpeakerOptions {
  readonly socketPath: string;
  readonly vips: readonly Vip[];
  readonly rankBy: RankBy;
  readonly neighbours: readonly NeighbourConfig[];
  readonly clock: Clock;
  /** How long BIRD may take to answer the commands of one step. */
  readonly commandMsMax: number;
}

/** Short enough to notice every change within 100 ms, and in step with the other looks around. */
const LOOK_EVERY_MS = 50;

/** Timers know whole milliseconds only and may come early by less than one. */
const TIMER_EARLY_MS_MAX = 1;

export class BirdSpeaker implements BgpSpeaker {
  readonly driver = 'bird';
  readonly #options: BirdSpeakerOptions;
  readonly #groups: readonly RouteGroup[];
  readonly #connection: ControlConnection;
  readonly #switch: RouteSwitch;
  readonly #pause = new InterruptibleSleep();
  readonly #watches = new Set<DaemonWatch>();
  #closed = false;

  constructor(options: BirdSpeakerOptions) {
    this.#options = options;
    this.#groups = groupsOf(options.vips);
    this.#connection = new ControlConnection(options);
    this.#switch = new RouteSwitch(this.#connection, this.#groups);
  }

  async watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void> {
    const watch = new DaemonWatch({
      ...this.#options,
      groups: this.#groups,
      onEnded: () => {
        this.#pause.interrupt();
      },
    });
    this.#watches.add(watch);
    try {
      await this.#watchWith(watch, onlyChanges(listener), signal);
    } finally {
      this.#watches.delete(watch);
      watch.close();
    }
  }

  async declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    try {
      await this.#switch.declare(desired, signal);
    } finally {
      this.#pause.interrupt();
    }
  }

  /**
   * What stands in the adj-RIB-out where the BGP channel keeps one (`export table on`, as rendered):
   * the routes as the export filter left them and as they were handed to the session. Without that
   * table BIRD runs the export filter anew and tells what it would send. In both cases the AS that
   * an external session puts in front is added here, since BIRD does so only while it encodes.
   */
  async readBack(signal: AbortSignal): Promise<readonly Advertisement[]> {
    const layout = this.#knownLayout() ?? (await this.#lookAtLayout(signal));
    return await readAdvertisements({
      connection: this.#connection,
      groups: this.#groups,
      bgp: layout.bgp,
      rankBy: this.#options.rankBy,
      signal,
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#pause.interrupt();
    this.#connection.close();
    for (const watch of this.#watches) {
      watch.close();
    }
    return Promise.resolve();
  }

  async #watchWith(
    watch: DaemonWatch,
    listener: (report: SpeakerReport) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, commandMsMax, socketPath } = this.#options;
    const unreachable = (detail: string): void => {
      if (!this.#hasEnded(signal)) {
        listener({ daemon: 'unreachable', atMs: clock.nowMs(), detail });
      }
    };
    let dueAtMs = performance.now();
    while (!this.#hasEnded(signal)) {
      const look = { late: false };
      const stopSilence = startPatientTimer(commandMsMax, () => {
        look.late = true;
        unreachable(`BIRD at ${socketPath} has not answered for ${commandMsMax} ms`);
      });
      try {
        const report = await watch.look(signal);
        if (look.late) {
          // An answer that comes so late may tell of the time before the silence.
          watch.forget();
          continue;
        }
        if (!this.#hasEnded(signal)) {
          listener(report);
          // A withdraw must find the connection open.
          this.#connection.open();
        }
      } catch (error) {
        unreachable(requireSpeakerError(error).message);
        watch.close();
      } finally {
        stopSilence();
      }
      dueAtMs = nextDueAtMs(dueAtMs, performance.now());
      await this.#pause.sleep(Math.ceil(dueAtMs - performance.now()), signal);
    }
  }

  #hasEnded(signal: AbortSignal): boolean {
    return this.#closed || signal.aborted;
  }

  #knownLayout(): Layout | undefined {
    return [...this.#watches].find(({ layout }) => layout !== undefined)?.layout;
  }

  async #lookAtLayout(signal: AbortSignal): Promise<Layout> {
    const subject = { groups: this.#groups, neighbours: this.#options.neighbours };
    const [status] = await this.#connection.send(['show status'], signal);
    return await lookAtLayout(this.#connection, subject, readStatus(requireReply(status)), signal);
  }
}

/** A look that somebody asked for comes in addition and moves no other. */
function nextDueAtMs(dueAtMs: number, nowMs: number): number {
  return nowMs > dueAtMs - TIMER_EARLY_MS_MAX
    ? nextGridMs(LOOK_EVERY_MS, Math.max(dueAtMs, nowMs))
    : dueAtMs;
}

function onlyChanges(listener: (report: SpeakerReport) => void): (report: SpeakerReport) => void {
  let last: SpeakerReport | undefined;
  let lastContents = '';
  return (report) => {
    if (report === last) {
      return;
    }
    last = report;
    const contents = JSON.stringify({ ...report, atMs: 0 });
    if (contents !== lastContents) {
      lastContents = contents;
      listener(report);
    }
  };
}

/** Only failures of the daemon may be reported as such; everything else is a fault of ours. */
function requireSpeakerError(error: unknown): SpeakerError {
  if (error instanceof SpeakerError) {
    return error;
  }
  throw error;
}
