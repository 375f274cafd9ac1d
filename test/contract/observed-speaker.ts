// A speaker together with everything that its watch reported.

import type { BgpSpeaker, SpeakerReport } from '../../src/ports/bgp-speaker.js';
import type { DesiredRoute } from '../../src/domain/route.js';
import { until } from './until.js';

export type UpReport = Extract<SpeakerReport, { daemon: 'up' }>;

export class ObservedSpeaker {
  readonly speaker: BgpSpeaker;
  readonly reports: SpeakerReport[] = [];
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;

  constructor(speaker: BgpSpeaker) {
    this.speaker = speaker;
    this.#watching = speaker.watch((report) => this.reports.push(report), this.#stop.signal);
  }

  /** Declares with the signal that ends with this speaker. */
  async declare(...desired: readonly DesiredRoute[]): Promise<void> {
    await this.speaker.declare(desired, this.#stop.signal);
  }

  get last(): SpeakerReport | undefined {
    return this.reports.at(-1);
  }

  /** Waits until the newest report says so, and returns it. */
  async untilReported(
    what: string,
    says: (report: UpReport) => boolean,
    limitMs?: number,
  ): Promise<UpReport> {
    let found: UpReport | undefined;
    await until(
      `the speaker reports ${what}`,
      () => {
        const report = this.last;
        found = report?.daemon === 'up' && says(report) ? report : undefined;
        return found;
      },
      limitMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; the last report: ${JSON.stringify(this.last)}`);
    });
    return found!;
  }

  async untilUp(): Promise<UpReport> {
    return await this.untilReported('a daemon that is up', () => true);
  }

  async untilUnreachable(limitMs?: number): Promise<void> {
    const unreachable = (): boolean => this.last?.daemon === 'unreachable';
    await until('the speaker reports an unreachable daemon', unreachable, limitMs);
  }

  /** The ranks that the newest report says are held for a prefix. */
  held(prefix: string): readonly number[] {
    return this.last?.daemon === 'up' ? heldRanks(this.last, prefix) : [];
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
    await this.speaker.close();
  }
}

export function heldRanks(report: UpReport, prefix: string): readonly number[] {
  return report.held.find((route) => route.prefix === prefix)?.ranks ?? [];
}
