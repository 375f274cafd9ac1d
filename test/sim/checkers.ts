// Holds what the router does, and what the daemons are told, against what is really true of the
// relays. Knows nothing of the core: only the promises of the documents, with their bounds.

import type { DesiredRoute } from '../../src/domain/route.js';
import type { Remedy } from '../../src/domain/policy.js';
import { isCalm, isFree, isObeyedBadly, lacksBeat } from './calm.js';
import { Damping, type Exceptions } from './damping.js';
import { Handful } from './handful.js';
import type { SimHost } from './host.js';
import { Lasting } from './lasting.js';
import { Returns } from './returns.js';
import { prefixesOf, type World } from './world.js';

export interface Violation {
  readonly claim: string;
  readonly atMs: number;
  readonly detail: string;
}

/** Death to the router's knowledge: the connection's end, or two refused pings. */
const DEAD_MS_MAX = { held: 60, pinged: 220 } as const;

/** Four missed pings and the last one's deadline, a command, an update. */
const SILENT_MS_MAX = 320;

const DRAIN_MS_MAX = 60;

/** Two beats that are overdue, and a look at the primary that has seen it well since. */
const BEATLESS_MS_MAX = 1_500;

/** An answer of a peer is at most a second old, and its misses are two deadlines old. */
const LET_GO_MS = 1_300;

/** A relay that was started again answers its pings, and is seen to. */
const REVIVAL_SEEN_MS_MAX = 400;

/** Two refused pings, the retries, and the session that is taken down. */
const DEAF_MS_MAX = 1_000;

/** The longest of the above and another 80 ms for the packets on the way. */
const UNSERVED_MS_MAX = 400;

/** A standby's evidence has recovered this long after its own trouble: counts, link, retries. */
const EVIDENCE_OVER_MS = 9_000;

/** The kind of change that was commanded, in the words of the promises. */
interface Command {
  readonly host: SimHost;
  readonly prefix: string;
  readonly from: number | 'withdrawn' | undefined;
  readonly to: number | 'withdrawn';
}

export class Checkers {
  readonly violations: Violation[] = [];
  readonly #world: World;
  readonly #lasting: Lasting;
  readonly #handful: Handful;
  /** Longer than any rise can be held back after the last fall. */
  readonly #returnMs: number;
  readonly #returns: Returns;
  readonly #damping: Damping;
  #calm: readonly boolean[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#returnMs = world.profile.settleMs + world.profile.maxHoldMs + 500;
    this.#returns = new Returns(world, this.#returnMs);
    this.#lasting = new Lasting(world.time, (claim, detail) => this.#report(claim, detail));
    this.#handful = new Handful(world, (claim, detail) => this.#report(claim, detail));
    this.#damping = new Damping(world, (claim, detail) => this.#report(claim, detail));
    world.onObeyed = (host, route) => this.#obeyed(host, route);
    world.onCutOff = (host, how) => this.#cutOff(host, how);
  }

  get exceptions(): Exceptions {
    return this.#damping.exceptions;
  }

  /** A packet for every prefix, and a look at every announcement. */
  look(): void {
    this.#returns.look();
    this.#damping.look();
    this.#calm = this.#world.hosts.map((host) => isCalm(this.#world, host));
    this.#world.hosts.forEach((host, index) => {
      this.#lookAtHost(host);
      for (const prefix of prefixesOf(index)) {
        this.#lookAtPacket(index, prefix);
      }
    });
  }

  /** After everything was healed and had time to settle, all is as it should be. */
  finish(): void {
    this.#world.hosts.forEach((_, index) => {
      for (const prefix of prefixesOf(index)) {
        this.#world.hostsOf(index).forEach((host, order) => {
          const rank = this.#world.router.rankOf(host.index, prefix);
          if (rank !== order) {
            this.#report('all-returns', `${prefix} of ${host.name} is ${rank ?? 'withdrawn'}`);
          }
        });
      }
    });
  }

  #lookAtHost(host: SimHost): void {
    for (const { prefixes } of host.policy.vips) {
      for (const prefix of prefixes) {
        this.#lookAtPath(host, prefix);
      }
    }
  }

  #lookAtPath(host: SimHost, prefix: string): void {
    const { holdsOpen, standbys } = this.#world.profile;
    const rank = this.#world.router.rankOf(host.index, prefix);
    const announced = this.#calm[host.index] === true && rank !== undefined;
    const free = isFree(host, this.#world.time.nowMs);
    const serves = announced && free && rank <= standbys;
    const about = `${host.name} ${prefix}`;
    const deadMs = holdsOpen ? DEAD_MS_MAX.held : DEAD_MS_MAX.pinged;
    this.#lasting.note('dead-is-withdrawn', about, announced && !host.relay.alive, deadMs);
    const deaf = rank !== undefined && isObeyedBadly(this.#world, host);
    this.#lasting.note('the-deaf-are-cut-off', about, deaf && !host.relay.alive, DEAF_MS_MAX);
    this.#lasting.note('silent-is-demoted', about, serves && !host.relay.serving, SILENT_MS_MAX);
    this.#lookAtBeat(host, prefix, serves);
    this.#lasting.note('drained-is-demoted', about, serves && host.drains > 0, DRAIN_MS_MAX);
  }

  #lookAtBeat(host: SimHost, prefix: string, serves: boolean): void {
    const standsBy = serves && !host.home.prefixes.includes(prefix);
    const bad = standsBy && lacksBeat(this.#world, host);
    const about = `${host.name} ${prefix}`;
    this.#lasting.note('without-a-beat-is-unready', about, bad, BEATLESS_MS_MAX);
  }

  #lookAtPacket(index: number, prefix: string): void {
    const chosen = this.#world.router.chosen(prefix);
    const carrier = chosen === undefined ? undefined : this.#world.hosts[chosen];
    const lost = carrier === undefined || !carrier.relay.serving;
    const should =
      lost &&
      (carrier === undefined || this.#acts(carrier)) &&
      this.#world
        .hostsOf(index)
        .some((host, order) => this.#couldServe(host, order === 0, carrier?.relay.alive ?? false));
    this.#lasting.note('somebody-alive-serves', prefix, should, UNSERVED_MS_MAX);
  }

  /**
   * An undisturbed home announces itself at worst one rank behind a ready standby; an undisturbed
   * standby whose evidence is sound is ready; any other living relay is the last resort only, for
   * which the one that is chosen now has to be gone.
   */
  #couldServe(host: SimHost, isHome: boolean, carrierAlive: boolean): boolean {
    const { relay } = host;
    const { nowMs } = this.#world.time;
    const back = relay.serving && this.#returns.isBack(host);
    if (!this.#acts(host) || !back) {
      return false;
    }
    return isHome || !carrierAlive || this.#isReady(host, nowMs);
  }

  #acts(host: SimHost): boolean {
    return this.#calm[host.index] === true && isFree(host, this.#world.time.nowMs);
  }

  #isReady(host: SimHost, nowMs: number): boolean {
    const { relay, replica } = host;
    const troubles = [
      relay.goodSinceMs,
      relay.troubledAtMs,
      relay.slow ? nowMs : relay.slowAtMs,
      replica.troubledAtMs,
      host.drainChangedAtMs,
      host.freezeChangedAtMs,
      host.sidecarSinceMs,
      this.#world.primary.troubledAtMs,
    ];
    const rested = nowMs - Math.max(...troubles) > this.#returnMs + EVIDENCE_OVER_MS;
    return rested && !replica.ownTrouble && host.drains === 0 && this.#world.primary.answers;
  }

  /** Whoever's relay lives, and has for long enough to be seen, keeps its neighbours and its daemon. */
  #cutOff(host: SimHost, how: Remedy): void {
    const { nowMs } = this.#world.time;
    const awakeSinceMs = Math.max(host.stalledUntilMs, host.starvedUntilMs, host.relay.bornAtMs);
    const known = host.starves === 0 && nowMs - awakeSinceMs > REVIVAL_SEEN_MS_MAX;
    if (host.relay.alive && known) {
      this.#report('only-the-dead-are-cut-off', `${host.name} by ${how}, its relay lives`);
    }
  }

  #obeyed(host: SimHost, { prefix, rank: to }: DesiredRoute): void {
    const from = host.commanded.get(prefix);
    const command = { host, prefix, from, to };
    this.#checkAllowed(command);
    if (to === from) {
      return;
    }
    this.#checkWithdrawal(command);
    this.#checkFall(command);
    this.#checkRise(command);
    if (from !== undefined) {
      this.#handful.count(`${host.name} ${prefix}`);
    }
  }

  #checkAllowed({ host, prefix, to }: Command): void {
    const vip = host.policy.vips.find(({ prefixes }) => prefixes.includes(prefix));
    const { standbys } = this.#world.profile;
    const place = vip?.role.kind === 'standby' ? vip.role.order : 0;
    const allowed = to === 'withdrawn' || to === place || to === standbys + 1 + place;
    if (vip === undefined || !allowed) {
      this.#report('only-configured-routes', `${host.name} declares ${prefix} with rank ${to}`);
    }
  }

  /**
   * Only a dead process, or one that died lately and has not settled, is withdrawn; and the home of
   * an address, while its relay serves nothing and another one has served just now.
   */
  #checkWithdrawal({ host, prefix, to }: Command): void {
    const { relay, daemon } = host;
    const { nowMs } = this.#world.time;
    // Asked first, whatever else excuses it: who lets go is away for a while.
    const letsGo = this.#mayLetGo(host, prefix);
    const lately =
      letsGo ||
      nowMs - relay.bornAtMs < this.#returnMs + 3_000 ||
      this.#returns.hasLetGo(host, prefix);
    if (to === 'withdrawn' && daemon.table.has(prefix) && relay.alive && !lately) {
      this.#report('only-the-dead-withdraw', `${host.name} withdraws ${prefix}, its relay lives`);
    }
  }

  #mayLetGo(host: SimHost, prefix: string): boolean {
    const { nowMs } = this.#world.time;
    const { serving, slow, troubledAtMs, slowAtMs } = host.relay;
    const ill = !serving || slow || nowMs - Math.max(troubledAtMs, slowAtMs) < LET_GO_MS;
    const carried = this.#world.hostsOf(host.index).some((other) => {
      const { relay, daemon } = other;
      const well = relay.serving || nowMs - relay.servedAtMs < LET_GO_MS;
      const heard = daemon.table.has(prefix) || nowMs - daemon.troubledAtMs < LET_GO_MS;
      return other !== host && well && relay.alive && heard;
    });
    const letsGo = host.home.prefixes.includes(prefix) && ill && carried;
    if (letsGo) {
      this.#returns.noteLetGo(host, prefix);
    }
    return letsGo;
  }

  /** A fall needs a cause of this host's own: what all hosts share moves nothing. */
  #checkFall({ host, prefix, from, to }: Command): void {
    const before = from ?? host.daemon.table.get(prefix)?.rank;
    const { standbys } = this.#world.profile;
    const falls = typeof to === 'number' && to > standbys && Number(before) <= standbys;
    const foreign = host.daemon.table.get(prefix)?.foreign === true;
    if (falls && !foreign && !this.#hasOwnCause(host)) {
      this.#report('a-fall-has-an-own-cause', `${host.name} demotes ${prefix}`);
    }
  }

  #hasOwnCause({ relay, replica, drains, drainChangedAtMs, sidecarSinceMs }: SimHost): boolean {
    const { nowMs } = this.#world.time;
    const causes = [
      relay.troubledAtMs,
      relay.slowAtMs,
      relay.bornAtMs,
      replica.troubledAtMs,
      drainChangedAtMs,
    ];
    const lately = causes.some((atMs) => nowMs - atMs < EVIDENCE_OVER_MS);
    const restoring = nowMs - sidecarSinceMs < EVIDENCE_OVER_MS && relay.bornAtMs > sidecarSinceMs;
    return lately || restoring || !relay.serving || relay.slow || replica.ownTrouble || drains > 0;
  }

  /** Against the truth, not against what the sidecar saw: it can only have seen it later. */
  #checkRise({ host, prefix, from, to }: Command): void {
    const { nowMs } = this.#world.time;
    const { settleMs } = this.#world.profile;
    // Whoever slept through the trouble cannot have noticed it.
    const slept = Math.max(host.stalledUntilMs, host.starvedUntilMs) > host.relay.badFromMs;
    const rises =
      typeof to === 'number' && from !== undefined && (from === 'withdrawn' || to < from);
    if (rises && !slept && (!host.relay.alive || nowMs - host.relay.goodSinceMs < settleMs)) {
      const goodMs = Math.round(nowMs - host.relay.goodSinceMs);
      this.#report('a-rise-waits-for-settle', `${host.name} ${prefix} to ${to} after ${goodMs} ms`);
    }
  }

  #report(claim: string, detail: string): void {
    this.violations.push({ claim, atMs: this.#world.time.sinceStartMs, detail });
    this.#world.say(`BROKEN ${claim}: ${detail}`);
  }
}
