// Everything that both statuses say while something goes on, for the judgement.

import { sleep } from '../../async/sleep.js';
import { nowMs } from '../clock.js';
import { RELAYS, type RelayName } from '../lab/addresses.js';
import type { Lab } from '../lab/lab.js';
import { readStatus, type SidecarStatus } from '../lab/sidecar-client.js';

const LOOK_EVERY_MS = 100;
const LOOKS_MAX = 10_000;

export interface Seen {
  readonly atMs: number;
  readonly relay: RelayName;
  /** Undefined when the sidecar did not answer. */
  readonly status: SidecarStatus | undefined;
}

export class ScreenLog {
  readonly seen: Seen[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;

  constructor(lab: Lab, signal: AbortSignal) {
    const stopped = AbortSignal.any([signal, this.#stop.signal]);
    this.#done = Promise.all(RELAYS.map((relay) => this.#follow(lab, relay, stopped)));
  }

  async stop(): Promise<readonly Seen[]> {
    this.#stop.abort();
    await this.#done;
    return this.seen;
  }

  /** What each relay said of its VIPs, one sentence for each change, with the milliseconds. */
  tell(sinceMs: number): readonly string[] {
    return RELAYS.map((relay) => {
      const own = this.seen.filter((each) => each.relay === relay);
      const changes = own.filter((each, index) => sayVips(each) !== sayVips(own[index - 1]));
      const told = changes.map((each) => `${(each.atMs - sinceMs).toFixed(0)} ms ${sayVips(each)}`);
      return `${relay}: ${told.join('; ')}`;
    });
  }

  async #follow(lab: Lab, relay: RelayName, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.seen.length < LOOKS_MAX) {
      const status = await readStatus(lab.hosts[relay], signal).catch(() => undefined);
      this.seen.push({ atMs: nowMs(), relay, status });
      await sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  }
}

function sayVips(seen: Seen | undefined): string {
  const { vips = [] } = seen?.status ?? {};
  return vips.map(({ name, rank, reason }) => `${name} ${String(rank)} ${reason}`).join(', ');
}
