// A call that lives in this process: its record, and the ports that go with it.

import type { MediaPair } from '../media/media-pair.js';
import type { MediaPort, MediaPortListener } from '../media/media-port.js';
import { SidePorts } from '../media/side-ports.js';
import type { Interfaces } from '../media/interfaces.js';
import { sameEndpoint, type CallRecord, type MediaRecord, type SideRecord } from './record.js';
import type { HeldCall, Holder } from './session-store.js';

export interface CallListener {
  learned(call: Call): void;
  woken(call: Call): void;
}

export class Call implements HeldCall, MediaPortListener {
  holder: Holder;
  /** On the clock of `performance.now()`, as all times of a live call. */
  signalledAtMs = performance.now();
  readonly beganAtMs = performance.now();
  #heardElsewhereAtMs = Number.NEGATIVE_INFINITY;
  #record: CallRecord;
  #media: readonly (MediaPair | null)[] = [];
  readonly #listener: CallListener;

  constructor(record: CallRecord, holder: Holder, listener: CallListener) {
    this.#record = record;
    this.holder = holder;
    this.#listener = listener;
  }

  get record(): CallRecord {
    return this.#record;
  }

  get media(): readonly (MediaPair | null)[] {
    return this.#media;
  }

  get ports(): readonly MediaPort[] {
    return this.#media.flatMap((pair) => pair?.ports ?? []);
  }

  /** Puts a new state in force, and closes what the old one had and the new one has not. */
  update(record: CallRecord, media: readonly (MediaPair | null)[]): void {
    this.#media.filter((pair) => !media.includes(pair)).forEach((pair) => pair?.close());
    this.#media = media;
    this.#record = record;
    media.forEach((pair, index) => {
      const each = record.media[index] ?? null;
      if (each !== null) {
        pair?.apply(each);
      }
    });
  }

  close(): void {
    this.#media.forEach((pair) => pair?.close());
    this.#media = [];
  }

  /** A peer that carries this call says when it last heard its media; undefined when none does. */
  heardElsewhere(atMs: number | undefined): void {
    this.#heardElsewhereAtMs = atMs ?? Number.NEGATIVE_INFINITY;
  }

  /** The last packet of any stream, here or at a peer, or the last signalling if that is later. */
  lastHeardAtMs(): number {
    return Math.max(this.signalledAtMs, this.#heardElsewhereAtMs, this.lastPacketAtMs());
  }

  /** The last packet of any stream that came here. */
  lastPacketAtMs(): number {
    let latest = Number.NEGATIVE_INFINITY;
    for (const pair of this.#media) {
      for (const { rtp, rtcp } of pair?.sides ?? []) {
        latest = Math.max(latest, rtp.counters.lastPacketAtMs, rtcp.counters.lastPacketAtMs);
      }
    }
    return latest;
  }

  learned(): void {
    const media = this.#record.media.map((each, index) =>
      each === null ? null : withLearned(each, this.#media[index] ?? null),
    );
    this.#record = { ...this.#record, media };
    this.#listener.learned(this);
  }

  woken(): void {
    this.#listener.woken(this);
  }
}

function withLearned(record: MediaRecord, pair: MediaPair | null): MediaRecord {
  const side = (index: 0 | 1): SideRecord => {
    const before = record.sides[index];
    const ports = pair?.sides[index];
    if (ports === undefined) {
      return before;
    }
    const learned = { rtp: ports.rtp.learned, rtcp: ports.rtcp.learned };
    const same =
      sameEndpoint(learned.rtp, before.learned.rtp) &&
      sameEndpoint(learned.rtcp, before.learned.rtcp);
    return same ? before : { ...before, learned };
  };
  return { ...record, sides: [side(0), side(1)] };
}

/** The ports that a record names, on this host. Throws RelayError; nothing stays open then. */
export function openRecorded(
  record: MediaRecord,
  interfaces: Interfaces,
  listener: MediaPortListener,
): readonly [SidePorts, SidePorts] {
  const [one, other] = record.sides.map(({ local }) => local);
  if (one === undefined || other === undefined) {
    throw new TypeError('a media record has two sides');
  }
  const first = SidePorts.openAt(interfaces.poolOf(one.host), one, listener);
  try {
    return [first, SidePorts.openAt(interfaces.poolOf(other.host), other, listener)];
  } catch (error) {
    first.close();
    throw error;
  }
}
