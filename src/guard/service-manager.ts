// Word to systemd that Holdline watches and that its guard lives. Its socket takes datagrams, which
// Node cannot send there; `systemd-notify` can, and belongs to every systemd.

import { tickEvery } from '../async/tick.js';
import type { GuardLog } from './guard-log.js';
import { runToEnd } from './run-to-end.js';

/** A third of the unit's WatchdogSec (packaging/holdline.service). */
const ALIVE_MS = 6_000;
const NOTIFY_MS_MAX = 3_000;

export class ServiceManager {
  readonly #log: Pick<GuardLog, 'warn'>;
  readonly #ended = new AbortController();
  #ready = false;
  #trouble: string | undefined;

  constructor(log: Pick<GuardLog, 'warn'>) {
    this.#log = log;
  }

  /** The relay is watched. From the first time on the watchdog is fed, by the guard's own loop. */
  watching(): void {
    if (!this.#ready) {
      this.#ready = true;
      void this.#tell('READY=1', 'STATUS=the relay is watched');
      void tickEvery(ALIVE_MS, () => void this.#tell('WATCHDOG=1'), this.#ended.signal);
    }
  }

  end(): void {
    this.#ended.abort(new Error('the guard has ended'));
  }

  async #tell(...words: readonly string[]): Promise<void> {
    const command = ['systemd-notify', ...words];
    const end = await runToEnd(command, NOTIFY_MS_MAX, this.#ended.signal);
    const trouble = end === 0 ? undefined : String(end);
    if (trouble !== undefined && trouble !== this.#trouble && !this.#ended.signal.aborted) {
      const fields = { event: 'systemd-unreached', how: trouble };
      this.#log.warn(fields, `systemd-notify ended with ${trouble}`);
    }
    this.#trouble = trouble;
  }
}
