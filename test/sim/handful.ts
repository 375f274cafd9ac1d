import type { World } from './world.js';

/** A relay that will not stay up is no reason for more changes of a prefix than these in ten minutes. */
const CHANGES_MAX = 6;
const WINDOW_MS = 600_000;

/** Counts the changes that are commanded, by host and prefix. */
export class Handful {
  readonly #world: World;
  readonly #report: (claim: string, detail: string) => void;
  readonly #changesAtMs = new Map<string, readonly number[]>();

  constructor(world: World, report: (claim: string, detail: string) => void) {
    this.#world = world;
    this.#report = report;
  }

  count(about: string): void {
    const { time, profile } = this.#world;
    if (profile.maxHoldMs < WINDOW_MS) {
      return;
    }
    const all = [...(this.#changesAtMs.get(about) ?? []), time.nowMs];
    const recent = all.filter((atMs) => time.nowMs - atMs < WINDOW_MS);
    this.#changesAtMs.set(about, recent);
    if (recent.length > CHANGES_MAX) {
      this.#report('a-handful-of-changes', `${about}: ${recent.length} in ten minutes`);
    }
  }
}
