// `statistics`, in rtpengine's shape. What ended calls have carried is added up when they end.

import type { NgDict } from '../../ng/bencode.js';
import type { Call } from '../call/call.js';
import type { CallBook, Ending } from '../call/call-book.js';
import type { Interfaces } from '../media/interfaces.js';
import type { MediaPort } from '../media/media-port.js';
import type { ControlCounts } from './answering.js';

interface Traffic {
  packets: number;
  bytes: number;
  errors: number;
}

const MS_PER_SECOND = 1_000;

export class Statistics {
  readonly #startedAtMs = performance.now();
  readonly #endings = new Map<Ending, number>();
  readonly #ended: Traffic = { packets: 0, bytes: 0, errors: 0 };
  #durationMs = 0;
  #sessions = 0;
  #zeroWay = 0;
  #oneWay = 0;
  #before: Traffic = { packets: 0, bytes: 0, errors: 0 };
  #rate: Traffic = { packets: 0, bytes: 0, errors: 0 };
  #measuredAtMs = performance.now();

  /** Called when a call ends, while its counters are there. */
  ended(call: Call, ending: Ending): void {
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1);
    add(this.#ended, trafficOf(call.ports));
    this.#durationMs += performance.now() - call.beganAtMs;
    this.#sessions += 1;
    this.#countWays(call);
  }

  /** Called about once a second. */
  measureRate(book: CallBook): void {
    const now = this.#totals(book);
    const nowMs = performance.now();
    const seconds = Math.max(0.001, (nowMs - this.#measuredAtMs) / MS_PER_SECOND);
    const perSecond = (count: number): number => Math.max(0, Math.round(count / seconds));
    this.#rate = {
      packets: perSecond(now.packets - this.#before.packets),
      bytes: perSecond(now.bytes - this.#before.bytes),
      errors: perSecond(now.errors - this.#before.errors),
    };
    this.#before = now;
    this.#measuredAtMs = nowMs;
  }

  describe(book: CallBook, interfaces: Interfaces, control: ControlCounts): NgDict {
    return {
      currentstatistics: this.#current(book),
      totalstatistics: this.#total(book),
      controlstatistics: { ...control },
      interfaces: interfaces.addresses.map(({ name, host, pool }) => {
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

  #total(book: CallBook): NgDict {
    const { packets, bytes, errors } = this.#totals(book);
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

  #totals(book: CallBook): Traffic {
    const sum = { ...this.#ended };
    for (const call of book.all()) {
      add(sum, trafficOf(call.ports));
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

function trafficOf(ports: readonly MediaPort[]): Traffic {
  const sum: Traffic = { packets: 0, bytes: 0, errors: 0 };
  for (const { counters, drops } of ports) {
    sum.packets += counters.packets;
    sum.bytes += counters.bytes;
    sum.errors += drops.malformed + drops.stranger + drops.homeless + drops.congested;
  }
  return sum;
}

function add(sum: Traffic, more: Traffic): void {
  sum.packets += more.packets;
  sum.bytes += more.bytes;
  sum.errors += more.errors;
}
