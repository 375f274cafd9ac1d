// The BGP driver of one sidecar onto its simulated daemon: everything takes its time, and fails in
// the ways that real drivers fail in.

import type { Advertisement, DesiredRoute, HeldRoute } from '../../src/domain/route.js';
import { SpeakerError, type BgpSpeaker, type SpeakerReport } from '../../src/ports/bgp-speaker.js';
import { untilAborted, type Life } from './ports.js';

/** The driver gives up on a daemon that is silent for so long. */
const DAEMON_SILENT_MS = 300;

export class SimSpeaker implements BgpSpeaker {
  readonly driver = 'dry-run';
  readonly #life: Life;
  #lastCommandMs = 0;
  #reportDue = false;

  constructor(life: Life) {
    this.#life = life;
  }

  watch(listener: (report: SpeakerReport) => void, signal: AbortSignal): Promise<void> {
    const { host, ended } = this.#life;
    const tell = (): void => {
      this.#reportDue = false;
      const report = this.#report();
      host.time.after(host.random.between(0.5, 5), () =>
        host.deliver(ended, () => listener(report)),
      );
    };
    const soon = (): void => {
      if (!this.#reportDue) {
        this.#reportDue = true;
        const silentMs = host.daemon.responsive ? 0 : DAEMON_SILENT_MS;
        host.time.after(silentMs + host.random.between(1, 90), tell);
      }
    };
    host.daemon.watch(soon, ended);
    tell();
    return untilAborted(signal);
  }

  declare(desired: readonly DesiredRoute[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { host, ended } = this.#life;
    return new Promise((resolve, reject) => {
      this.#queue(() => {
        const fail = (code: 'daemon-unreachable' | 'daemon-silent' | 'daemon-refused'): void =>
          host.settle(ended, () => reject(new SpeakerError(code, code)));
        const { daemon } = host;
        if (!daemon.alive) {
          fail('daemon-unreachable');
        } else if (!daemon.responsive) {
          if (host.random.chance(0.5)) {
            daemon.leaveUnread(() => host.obey(desired, 'too-late'));
          }
          host.time.after(DAEMON_SILENT_MS, () => fail('daemon-silent'));
        } else if (daemon.refusals > 0) {
          host.obey(desired.slice(0, host.random.whole(0, desired.length - 1)));
          fail('daemon-refused');
        } else {
          host.obey(desired);
          host.settle(ended, resolve);
        }
      });
    });
  }

  readBack(signal: AbortSignal): Promise<readonly Advertisement[]> {
    signal.throwIfAborted();
    const { host, ended } = this.#life;
    return new Promise((resolve, reject) => {
      this.#queue(() => {
        const routes = host.advertised();
        if (host.daemon.responsive) {
          host.settle(ended, () => resolve(routes));
        } else {
          const error = new SpeakerError('daemon-silent', 'no answer to the read-back');
          host.time.after(DAEMON_SILENT_MS, () => host.settle(ended, () => reject(error)));
        }
      });
    });
  }

  disableNeighbours(
    neighbours: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    return this.#atNeighbours(signal, () => {
      const { host } = this.#life;
      host.cutOff('disable-neighbour');
      host.daemon.disable();
      return neighbours;
    });
  }

  enableNeighbours(_neighbours: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#atNeighbours(signal, () => this.#life.host.daemon.enable());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Over a connection of its own; a daemon that hangs never sees it. */
  #atNeighbours<T>(signal: AbortSignal, work: () => T): Promise<T> {
    signal.throwIfAborted();
    const { host, ended } = this.#life;
    return new Promise((resolve, reject) => {
      host.time.after(host.random.between(0.5, 3), () => {
        if (ended.aborted) {
          return;
        }
        if (host.daemon.responsive) {
          const done = work();
          host.settle(ended, () => resolve(done));
        } else {
          const code = host.daemon.alive ? 'daemon-silent' : 'daemon-unreachable';
          host.settle(ended, () => reject(new SpeakerError(code, code)));
        }
      });
    });
  }

  /** The daemon takes commands in their order. */
  #queue(command: () => void): void {
    const { host, ended } = this.#life;
    const takesMs = host.random.between(0.5, 3);
    this.#lastCommandMs = Math.max(this.#lastCommandMs, host.time.nowMs + takesMs);
    host.time.after(this.#lastCommandMs - host.time.nowMs, () => {
      if (!ended.aborted) {
        command();
      }
    });
  }

  #report(): SpeakerReport {
    const { daemon, time } = this.#life.host;
    if (!daemon.responsive) {
      return { daemon: 'unreachable', atMs: time.nowMs, detail: 'no answer' };
    }
    const held = [...daemon.table].map(([prefix, { rank, foreign }]): HeldRoute => ({
      prefix,
      ranks: foreign ? [] : [rank],
      foreign,
    }));
    const state = daemon.established ? 'established' : 'connect';
    return {
      daemon: 'up',
      atMs: time.nowMs,
      instance: `${daemon.instance}`,
      held,
      sessions: [
        {
          neighbour: 'router',
          state,
          bfd: 'up',
          ...(daemon.disabled ? { disabled: 'by-holdline' } : {}),
        },
      ],
    };
  }
}
