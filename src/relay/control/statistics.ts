// `statistics`, in rtpengine's shape. What ended calls have carried is added up when they end.

import type { NgDict } from '../../ng/bencode.js';
import type { Call } from '../call/call.js';
import type { CallBook, Ending } from '../call/call-book.js';
import type { Interfaces } from '../media/interfaces.js';
import { Traffic } from '../media/traffic.js';
import type { ControlCounts } from './answering.js';

const MS_PER_SECOND = 1_000;

export class Statistics {
  readonly #startedAtMs = performance.now();
  readonly #endings = new Map<Ending, number>();
  readonly #interfaces: Interfaces;
  #durationMs = 0;
  #sessions = 0;
  #zeroWay = 0;
  #oneWay = 0;
  #before = new Traffic();
  #rate: Readonly<Traffic> = new Traffic();
  #measuredAtMs = performance.now();

  constructor(interfaces: Interfaces) {
    this.#interfaces = interfaces;
  }

  /** Called when a call ends, while its counters are there. */
  ended(call: Call, ending: Ending): void {
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
    this.#durationMs += performance.now() - call.beganAtMs;
    this.#sessions += 1;
    this.#countWays(call);
  }

  /** Called about once a second. */
  measureRate(): void {
    const now = this.#totals();
    const nowMs = performance.now();
    const seconds = Math.max(0.001, (nowMs - this.#measuredAtMs) / MS_PER_SECOND);
    const perSecond = (count: number): number => Math.max(0, Math.round(count / seconds));
    const rate = new Traffic();
    rate.packets = perSecond(now.packets - this.#before.packets);
    rate.bytes = perSecond(now.bytes - this.#before.bytes);
    rate.errors = perSecond(now.errors - this.#before.errors);
    this.#rate = rate;
    this.#before = now;
    this.#measuredAtMs = nowMs;
  }

  describe(book: CallBook, control: ControlCounts): NgDict {
    return {
      currentstatistics: this.#current(book),
      totalstatistics: this.#total(),
      controlstatistics: { ...control },
      interfaces: this.#interfaces.addresses.map(({ name, host, pool }) => {
        const { pairs, used, resting } = pool.counts(performance.now());
        const free = (pairs - used) * 2;
        return {
          name,
          address: host,
          ports: { totals: pairs * 2, used: used * 2, free, resting: resting * 2 },
        };
      }),
    };
  }

  #current(book: CallBook): NgDict {
    const { own, foreign, total } = book.counts;
    let streams = 0;
    for (const call of book.all()) {
      streams += call.media.length;
    }
    const { packets, bytes, errors } = this.#rate;
    return {
      sessionsown: own,
      sessionsforeign: foreign,
      sessionstotal: total,
      transcodedmedia: 0,
      packetrate: packets,
      byterate: bytes,
      errorrate: errors,
      media_userspace: streams,
      media_kernel: 0,
      media_mixed: 0,
    };
  }

  #total(): NgDict {
    const { packets, bytes, errors } = this.#totals();
    const ended = (ending: Ending): number => this.#endings.get(ending) ?? 0;
    const seconds = this.#durationMs / MS_PER_SECOND;
    return {
      uptime: String(Math.floor((performance.now() - this.#startedAtMs) / MS_PER_SECOND)),
      managedsessions: this.#sessions,
      timeoutsessions: ended('media-timeout'),
      silenttimeoutsessions: ended('silent-timeout'),
      finaltimeoutsessions: ended('final-timeout'),
      offertimeoutsessions: ended('offer-timeout'),
      regularterminatedsessions: ended('regular'),
      relayedpackets: packets,
      relayedpacketerrors: errors,
      relayedbytes: bytes,
      zerowaystreams: this.#zeroWay,
      onewaystreams: this.#oneWay,
      avgcallduration: (seconds / Math.max(1, this.#sessions)).toFixed(6),
    };
  }

  #totals(): Traffic {
    const sum = new Traffic();
    for (const { pool } of this.#interfaces.addresses) {
      sum.packets += pool.traffic.packets;
      sum.bytes += pool.traffic.bytes;
      sum.errors += pool.traffic.errors;
    }
    return sum;
  }

  #countWays(call: Call): void {
    for (const pair of call.media) {
      const heard = pair?.sides.filter(({ rtp }) => rtp.counters.packets > 0).length ?? 2;
      this.#zeroWay += heard === 0 ? 1 : 0;
      this.#oneWay += heard === 1 ? 1 : 0;
    }
  }
}
