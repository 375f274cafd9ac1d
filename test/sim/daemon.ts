import type { Random } from './random.js';
import type { SimRouter } from './router.js';
import type { VirtualTime } from './virtual-time.js';

/** The router's BFD gives up on a daemon or a host that is silent for so long. */
export const BFD_MS = 150;

/** A service manager starts a daemon again after this. */
const RESTART_MS = 500;

export interface Path {
  readonly rank: number;
  /** Somebody else's attributes. */
  readonly foreign: boolean;
}

export interface DaemonParts {
  readonly host: number;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly router: SimRouter;
  readonly networkDelayMs: () => number;
}

/** The BGP daemon of a host and its session to the router. */
export class SimDaemon {
  readonly table = new Map<string, Path>();
  established = true;
  refusals = 0;
  instance = 1;
  /** When it, its session or its routes were last not as the sidecar left them. */
  troubledAtMs = -Infinity;
  readonly #parts: DaemonParts;
  readonly #watchers = new Set<() => void>();
  /** Commands that wait in the socket of a daemon that hangs. */
  #unread: (() => void)[] = [];
  #kills = 0;
  #hangs = 0;
  #flaps = 0;
  #disabled = false;
  /** Hangs of a process that has been replaced meanwhile. */
  #hangsBefore = 0;
  #epoch = 0;
  #lastSentMs = 0;

  constructor(parts: DaemonParts) {
    this.#parts = parts;
  }

  get alive(): boolean {
    return this.#kills === 0;
  }

  get responsive(): boolean {
    return this.#kills === 0 && this.#hangs === 0;
  }

  watch(watcher: () => void, signal: AbortSignal): void {
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => this.#watchers.delete(watcher), { once: true });
  }

  set(prefix: string, path: Path | undefined): void {
    if (path === undefined) {
      this.table.delete(prefix);
    } else {
      this.table.set(prefix, path);
    }
    if (this.established) {
      this.#send(() => this.#parts.router.learn(this.#parts.host, prefix, path?.rank));
    }
    this.#changed();
  }

  /** `bfdMs` is how long the router needs to notice: a killed process resets its session. */
  kill(bfdMs: number): void {
    this.#kills += 1;
    if (this.#kills === 1) {
      this.#unread = [];
      this.#disabled = false;
      this.table.clear();
      this.#endSession(bfdMs);
    }
  }

  start(): void {
    this.#kills -= 1;
    if (this.#kills === 0) {
      this.instance += 1;
      this.#connect();
      this.#changed();
    }
  }

  hang(): void {
    this.#hangs += 1;
    const { time } = this.#parts;
    time.after(BFD_MS, () => {
      if (this.#hangs > 0 && this.established) {
        this.#endSession(0);
      }
    });
    this.#changed();
  }

  resume(): void {
    if (this.#hangsBefore > 0) {
      this.#hangsBefore -= 1;
      return;
    }
    this.#hangs -= 1;
    if (this.responsive) {
      const unread = this.#unread;
      this.#unread = [];
      for (const command of unread) {
        command();
      }
      this.#connect();
    }
    this.#changed();
  }

  /** The session to the router ends, and stays down until `unflap`. */
  flap(): void {
    this.#flaps += 1;
    this.#endSession(0);
  }

  unflap(): void {
    this.#flaps -= 1;
    this.#connect();
  }

  /** The session is taken down by hand; a daemon that is started anew has forgotten it. */
  disable(): void {
    if (!this.#disabled) {
      this.#disabled = true;
      this.#endSession(0);
    }
  }

  enable(): void {
    this.#disabled = false;
    this.#connect();
  }

  get disabled(): boolean {
    return this.#disabled;
  }

  /** Somebody ends the process, hung or not, and starts another one. */
  replace(): void {
    this.troubledAtMs = this.#parts.time.nowMs;
    this.kill(0);
    this.#hangsBefore += this.#hangs;
    this.#hangs = 0;
    this.#parts.time.after(RESTART_MS, () => this.start());
  }

  /** A command that a hung daemon finds in its socket when it goes on. */
  leaveUnread(command: () => void): void {
    this.#unread.push(command);
  }

  #endSession(bfdMs: number): void {
    this.established = false;
    this.#epoch += 1;
    const epoch = this.#epoch;
    this.#parts.time.after(bfdMs, () => {
      if (epoch === this.#epoch) {
        this.#parts.router.forget(this.#parts.host);
      }
    });
    this.#changed();
  }

  #connect(): void {
    const { time, random, router, host } = this.#parts;
    time.after(random.between(200, 1_200), () => {
      if (this.established || !this.responsive || this.#flaps > 0 || this.#disabled) {
        return;
      }
      this.#epoch += 1;
      this.established = true;
      this.troubledAtMs = time.nowMs;
      this.#send(() => {
        router.forget(host);
      });
      for (const [prefix, { rank }] of this.table) {
        this.#send(() => router.learn(host, prefix, rank));
      }
      this.#changed();
    });
  }

  /** Updates of one session arrive in order, and not at all when it has ended meanwhile. */
  #send(update: () => void): void {
    const { time, networkDelayMs } = this.#parts;
    const epoch = this.#epoch;
    this.#lastSentMs = Math.max(this.#lastSentMs, time.nowMs + networkDelayMs());
    time.after(this.#lastSentMs - time.nowMs, () => {
      if (epoch === this.#epoch) {
        update();
      }
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) {
      watcher();
    }
  }
}
