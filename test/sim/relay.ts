import type { VirtualTime } from './virtual-time.js';

/** A pause that is shorter may pass unnoticed; a longer one starts the settling anew. */
const NOTICED_MS = { hang: 450, death: 150 } as const;

/** A media relay: a process that lives or not, hangs or not, and its sessions by VIP. */
export class SimRelay {
  /** Since when this process lives; the first one has always been there. */
  bornAtMs = -Infinity;
  diedAtMs = -Infinity;
  /** When it last did not serve. */
  troubledAtMs = -Infinity;
  /** When its answers were last late. */
  slowAtMs = -Infinity;
  /** Since when nothing noticeable was wrong with it. */
  goodSinceMs = -Infinity;
  /** When it last served, if it does not now. */
  servedAtMs = -Infinity;
  readonly sessions = new Map<string, number>();
  /** When its trouble before the present good time began. */
  badFromMs = -Infinity;
  readonly #time: VirtualTime;
  readonly #watchers = new Set<() => void>();
  #kills = 0;
  #hangs = 0;
  #mutes = 0;
  #slows = 0;
  #badSinceMs: number | undefined;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get alive(): boolean {
    return this.#kills === 0;
  }

  get answers(): boolean {
    return this.#kills === 0 && this.#hangs === 0;
  }

  /** Answers its pings and forwards its media. */
  get serving(): boolean {
    return this.answers && this.#mutes === 0;
  }

  get slow(): boolean {
    return this.#slows > 0;
  }

  /** Its answers come late, and many too late; media goes on. */
  slowDown(): void {
    this.#slows += 1;
  }

  speedUp(): void {
    this.#slows -= 1;
    this.slowAtMs = this.#time.nowMs;
  }

  kill(): void {
    this.#kills += 1;
    if (this.#kills === 1) {
      this.diedAtMs = this.#time.nowMs;
      this.sessions.clear();
      this.#changed();
    }
  }

  /** True when the process lives again: the last reason to be dead is gone. */
  start(): boolean {
    this.#kills -= 1;
    if (this.#kills === 0) {
      this.bornAtMs = this.#time.nowMs;
      this.#changed();
    }
    return this.#kills === 0;
  }

  hang(): void {
    this.#hangs += 1;
    this.#changed();
  }

  /** Its media dies while its pings are answered. */
  mute(): void {
    this.#mutes += 1;
    this.#changed();
  }

  unmute(): void {
    this.#mutes -= 1;
    this.#changed();
  }

  resume(): void {
    this.#hangs -= 1;
    this.#changed();
  }

  /** Called when the process dies or comes back, not when it hangs: that shows nowhere. */
  watch(watcher: () => void, signal: AbortSignal): void {
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  #changed(): void {
    this.#noteTrouble();
    for (const watcher of this.#watchers) {
      watcher();
    }
  }

  #noteTrouble(): void {
    const { nowMs } = this.#time;
    if (!this.serving) {
      this.servedAtMs = this.#badSinceMs === undefined ? nowMs : this.servedAtMs;
      this.#badSinceMs ??= nowMs;
      return;
    }
    if (this.#badSinceMs === undefined) {
      return;
    }
    this.troubledAtMs = nowMs;
    const limitMs = this.diedAtMs >= this.#badSinceMs ? NOTICED_MS.death : NOTICED_MS.hang;
    if (nowMs - this.#badSinceMs >= limitMs) {
      this.goodSinceMs = nowMs;
      this.badFromMs = this.#badSinceMs;
    }
    this.#badSinceMs = undefined;
  }
}
