// What a router that damps would think of each path that it is sent, and whether the one sentence of
// docs/decisions/0004 is kept: after every change that is no withdrawal there is room for one.
//
// A change that leaves no room is excused where the decision says so: it is a standby's, or nobody who
// is ready could have answered. Only the profile with the default `failback.max-hold` is held to it,
// in which nobody but the sidecars touches the routes.

import { DampingRouter, type Sent } from '../domain/damping-router.js';
import type { SimHost } from './host.js';
import { prefixesOf, type World } from './world.js';

/** A path's changes that were excused, and the mutes that followed from one. */
export interface Exceptions {
  readonly cramped: number;
  readonly muted: number;
}

export const NO_EXCEPTIONS: Exceptions = { cramped: 0, muted: 0 };

/** With a withdrawal on top a router would mute the path. */
const ROOM_MAX = 1_000;
const SUPPRESS = 2_000;

/** A peer that has been ready, and in reach, for so long is known to be. */
const ANSWERS_MS = 1_000;

/** A word of it is that old at most, and the next one is on its way. */
const KNOWN_MS = 4_500;

export class Damping {
  exceptions = NO_EXCEPTIONS;
  readonly #world: World;
  readonly #report: (claim: string, detail: string) => void;
  readonly #accounts = new Map<string, DampingRouter>();
  readonly #excused = new Set<string>();
  /** Since when each address has had somebody ready who can be asked, by the index of its home. */
  readonly #readySinceMs = new Map<number, number>();

  constructor(world: World, report: (claim: string, detail: string) => void) {
    this.#world = world;
    this.#report = report;
    if (world.profile.name === 'flap') {
      world.router.onLearnt = (host, prefix, sent) => this.#hear(world.hosts[host]!, prefix, sent);
    }
  }

  look(): void {
    this.#world.hosts.forEach((home, index) => {
      const peers = this.#world.hostsOf(index).slice(1);
      if (!this.#isInReach(home) || !peers.some((peer) => this.#isReady(peer, index))) {
        this.#readySinceMs.delete(index);
      } else if (!this.#readySinceMs.has(index)) {
        this.#readySinceMs.set(index, this.#world.time.nowMs);
      }
    });
  }

  #isReady(peer: SimHost, homeIndex: number): boolean {
    const { standbys } = this.#world.profile;
    const ranks = prefixesOf(homeIndex).map((prefix) => peer.daemon.table.get(prefix)?.rank);
    const announced = ranks.every((rank) => rank !== undefined && rank <= standbys);
    return peer.relay.serving && announced && this.#isInReach(peer);
  }

  #isInReach({ replica, loop, stalled, starves, sidecarSinceMs }: SimHost): boolean {
    const awake = loop !== undefined && !stalled && starves === 0;
    const met = this.#world.time.nowMs - sidecarSinceMs > ANSWERS_MS;
    return awake && met && replica.tells && replica.hears;
  }

  #hear(host: SimHost, prefix: string, sent: Sent): void {
    const about = `${host.name} ${prefix}`;
    const account = this.#accounts.get(about);
    if (account === undefined) {
      this.#accounts.set(about, new DampingRouter(sent));
      return;
    }
    const from = account.sent;
    const penalty = account.hear(sent, this.#world.time.nowMs);
    if (from === sent) {
      return;
    }
    if (penalty <= ROOM_MAX) {
      this.#excused.delete(about);
    } else if (sent !== 'withdrawn') {
      this.#judgeCramped(host, prefix, { from, sent, penalty });
    } else if (penalty >= SUPPRESS) {
      this.#judgeMute(about, penalty);
    }
  }

  #judgeCramped(
    host: SimHost,
    prefix: string,
    { from, sent, penalty }: { readonly from: Sent; readonly sent: Sent; readonly penalty: number },
  ): void {
    const about = `${host.name} ${prefix}`;
    const isHome = host.home.prefixes.includes(prefix);
    const readySinceMs = this.#readySinceMs.get(host.index) ?? Infinity;
    const neededMs = from === 'withdrawn' ? KNOWN_MS : ANSWERS_MS;
    const known = this.#world.time.nowMs - readySinceMs > neededMs;
    const detail = `${about}: ${from} -> ${sent} makes ${Math.round(penalty)}`;
    if (isHome && known) {
      this.#report('a-home-leaves-room', detail);
      return;
    }
    this.#excused.add(about);
    this.exceptions = { ...this.exceptions, cramped: this.exceptions.cramped + 1 };
    this.#world.say(`EXCEPTION ${detail}`);
  }

  #judgeMute(about: string, penalty: number): void {
    if (!this.#excused.has(about)) {
      this.#report('damping-is-never-earned', `${about}: ${Math.round(penalty)}`);
      return;
    }
    this.exceptions = { ...this.exceptions, muted: this.exceptions.muted + 1 };
    this.#world.say(`EXCEPTION ${about} is muted, with ${Math.round(penalty)}`);
  }
}
