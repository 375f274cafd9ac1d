// Watches the daemon in three ways at once, since none of them shows everything:
// - the event feed tells at once of best paths and sessions, and its end tells of a restart;
// - the pulse, felt every few ten milliseconds, shows a hang, which leaves the feed open and silent;
// - a full look follows every event that concerns us, every doubt, and a slow tick, because events
//   carry no sequence numbers and show no path that is not the best, and only a look shows that the
//   daemon's core works.

import { sleep } from '../../../async/sleep.js';
import { nextGridMs } from '../../../async/tick.js';
import { SpeakerError, type SpeakerReport } from '../../../ports/bgp-speaker.js';
import type { Clock } from '../../../ports/clock.js';
import { Bell } from './bell.js';
import type { GobgpClient } from './client.js';
import { Feed } from './feed.js';
import type { Observer } from './look.js';
import type { WatchEventReply } from './messages.js';
import { prefixOf } from './paths.js';
import type { Plan } from './plan.js';
import { Pulse } from './pulse.js';

/** Together these are the longest that a hang goes unnoticed; in step with the other looks around. */
const BEAT_EVERY_MS = 50;
const BEAT_MS_MAX = 45;

/** A beat that ended this much after its limit tells of a busy machine, not of a hung daemon. */
const OWN_STALL_MS = 5;

const LOOK_EVERY_MS = 2_000;

/** Calls on the way of the commands before the first command of a daemon's life. */
const WARM_UP_ROUNDS = 20;
const RECONNECT_EVERY_MS = 100;

export interface WatchOptions {
  readonly address: string;
  readonly client: GobgpClient;
  readonly observer: Observer;
  readonly plan: Plan;
  readonly clock: Clock;
}

export class Watch {
  readonly #options: WatchOptions;
  readonly #listener: (report: SpeakerReport) => void;
  readonly #bell = new Bell();
  readonly #pulse: Pulse;
  #said = '';
  /** Counts the daemon's lives, as far as they can be told apart from here. */
  #life = 0;
  #newLife = true;
  #doubt = true;
  #silent = false;
  #lookedAtMs = 0;

  constructor(options: WatchOptions, listener: (report: SpeakerReport) => void) {
    this.#options = options;
    this.#listener = listener;
    this.#pulse = new Pulse(options.address);
  }

  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#bell.ring();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (!signal.aborted) {
        await this.#followOneLife(signal);
        await sleep(RECONNECT_EVERY_MS, signal);
      }
    } finally {
      this.#pulse.close();
      signal.removeEventListener('abort', stop);
    }
  }

  async #followOneLife(signal: AbortSignal): Promise<void> {
    const feed = this.#openFeed();
    try {
      while (!signal.aborted) {
        await this.#turn(feed, signal);
        await this.#bell.wait(msToNextBeat());
        feed.refuseEnded();
        if (!this.#silent) {
          feed.refuseMute(this.#options.clock.nowMs());
        }
      }
    } catch (error) {
      this.#reportFailure(error, signal);
    } finally {
      this.#newLife = true;
      await feed.close();
    }
  }

  #openFeed(): Feed {
    const { client, clock } = this.#options;
    const doubt = (): void => {
      this.#doubt = true;
      this.#bell.ring();
    };
    return new Feed(
      client,
      {
        opened: doubt,
        event: (event) => {
          if (this.#concernsUs(event)) {
            doubt();
          }
        },
        ended: doubt,
      },
      clock.nowMs(),
    );
  }

  #concernsUs({ peer, table }: WatchEventReply): boolean {
    const { observer, plan } = this.#options;
    // The end of the initial events comes as a peer with the address "<nil>".
    const neighbour = peer?.peer?.state?.neighborAddress ?? '';
    return (
      observer.isOurs(neighbour) ||
      (table?.paths ?? []).some((path) => plan.find(prefixOf(path) ?? '') !== undefined)
    );
  }

  async #turn(feed: Feed, signal: AbortSignal): Promise<void> {
    try {
      const due = this.#options.clock.nowMs() - this.#lookedAtMs >= LOOK_EVERY_MS;
      const wanted = feed.isOpen && (this.#doubt || due);
      if (this.#silent || !wanted) {
        await this.#feelPulse(signal);
        this.#silent = false;
      }
      if (wanted) {
        await this.#look(signal);
      }
    } catch (error) {
      this.#reportFailure(error, signal);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    this.#doubt = false;
    // The look may show what was before a command that was taken while it ran.
    const atMs = this.#options.clock.nowMs();
    const { held, sessions } = await this.#options.observer.look(signal);
    this.#lookedAtMs = atMs;
    const rounds = this.#newLife ? WARM_UP_ROUNDS : 1;
    if (this.#newLife) {
      this.#newLife = false;
      this.#life += 1;
    }
    this.#report({ daemon: 'up', atMs, instance: `life-${this.#life}`, held, sessions });
    for (let round = 0; round < rounds; round += 1) {
      await this.#options.client.keepWarm(signal);
    }
  }

  /** One more try after a stall, in which the answer may have been waiting for us. */
  async #feelPulse(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const startedAtMs = clock.nowMs();
    try {
      await this.#pulse.beat(BEAT_MS_MAX, signal);
    } catch (error) {
      const tookMs = clock.nowMs() - startedAtMs;
      if (!isSilence(error) || tookMs < BEAT_MS_MAX + OWN_STALL_MS) {
        throw error;
      }
      await this.#pulse.beat(BEAT_MS_MAX, signal);
    }
  }

  #reportFailure(error: unknown, signal: AbortSignal): void {
    if (!(error instanceof SpeakerError)) {
      throw error;
    }
    this.#doubt = true;
    if (isSilence(error)) {
      // Silence alone is no restart: the daemon keeps its routes and may go on where it stopped.
      this.#silent = true;
    } else {
      this.#newLife = true;
    }
    if (!signal.aborted) {
      const atMs = this.#options.clock.nowMs();
      // One failure shows in several ways; only another kind of it is news.
      this.#report({ daemon: 'unreachable', atMs, detail: error.message }, error.code);
    }
  }

  #report(report: SpeakerReport, says = JSON.stringify({ ...report, atMs: 0 })): void {
    if (says !== this.#said) {
      this.#said = says;
      this.#listener(report);
    }
  }
}

function msToNextBeat(): number {
  const nowMs = performance.now();
  return Math.ceil(nextGridMs(BEAT_EVERY_MS, nowMs) - nowMs);
}

function isSilence(error: unknown): boolean {
  return error instanceof SpeakerError && error.code === 'daemon-silent';
}
