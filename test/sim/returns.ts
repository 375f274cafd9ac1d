import type { SimHost } from './host.js';
import type { World } from './world.js';

/** A sidecar has heard from its daemon by then, if the daemon answers. */
const MET_MS = 150;

/**
 * Follows which hosts have a route at all. A host whose relay died, or whose sidecar found an
 * empty daemon when it started, announces nothing until all has been well for long enough.
 */
export class Returns {
  readonly #world: World;
  readonly #returnMs: number;
  readonly #away = new Set<SimHost>();
  readonly #met = new Set<SimHost>();
  readonly #letGo = new Map<SimHost, Set<string>>();

  constructor(world: World, returnMs: number) {
    this.#world = world;
    this.#returnMs = returnMs;
  }

  isBack(host: SimHost): boolean {
    return !this.#away.has(host);
  }

  /** The host has withdrawn it although its relay lives, for it served nothing. */
  noteLetGo(host: SimHost, prefix: string): void {
    const prefixes = this.#letGo.get(host) ?? new Set();
    this.#letGo.set(host, prefixes.add(prefix));
    this.#away.add(host);
  }

  hasLetGo(host: SimHost, prefix: string): boolean {
    return this.#letGo.get(host)?.has(prefix) === true;
  }

  look(): void {
    for (const host of this.#world.hosts) {
      this.#meet(host);
      if (!host.relay.alive || (!this.#met.has(host) && hasLost(host))) {
        this.#away.add(host);
      } else if (this.#away.has(host) && this.#wellForMs(host) > this.#returnMs) {
        this.#away.delete(host);
        this.#letGo.delete(host);
      }
    }
  }

  #meet(host: SimHost): void {
    if (host.loop === undefined) {
      this.#met.delete(host);
    } else if (host.daemon.responsive && this.#world.time.nowMs - host.sidecarSinceMs > MET_MS) {
      this.#met.add(host);
    }
  }

  #wellForMs(host: SimHost): number {
    const { relay, daemon } = host;
    if (!relay.serving || host.freezes > 0) {
      return 0;
    }
    const times = [
      relay.bornAtMs,
      relay.troubledAtMs,
      daemon.troubledAtMs,
      host.sidecarSinceMs,
      host.stalledUntilMs,
      host.starvedUntilMs,
      host.freezeChangedAtMs,
    ];
    return this.#world.time.nowMs - Math.max(...times);
  }
}

function hasLost({ policy, daemon }: SimHost): boolean {
  return policy.vips.some(({ prefixes }) => prefixes.some((prefix) => !daemon.table.has(prefix)));
}
