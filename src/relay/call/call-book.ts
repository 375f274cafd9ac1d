// Every call that this relay holds, its own and its peers'.

import { RelayError } from '../errors.js';
import { MediaPair } from '../media/media-pair.js';
import type { Interfaces } from '../media/interfaces.js';
import { Call, openRecorded, type CallListener } from './call.js';
import { sameEndpoint, type CallRecord, type MediaRecord } from './record.js';
import { NO_STORE, type Holder, type SessionStore } from './session-store.js';

export interface CallBookOptions {
  readonly interfaces: Interfaces;
  readonly sessionsMax: number;
}

export type Ending =
  'regular' | 'media-timeout' | 'silent-timeout' | 'offer-timeout' | 'final-timeout' | 'dropped';

/** Told how each call ended, with everything still in place. */
export type EndingListener = (call: Call, ending: Ending) => void;

export class CallBook implements CallListener {
  readonly #options: CallBookOptions;
  readonly #calls = new Map<string, Call>();
  readonly #ending: EndingListener;
  #store: SessionStore = NO_STORE;
  #own = 0;

  constructor(options: CallBookOptions, ending: EndingListener) {
    this.#options = options;
    this.#ending = ending;
  }

  get counts(): { readonly own: number; readonly foreign: number; readonly total: number } {
    const total = this.#calls.size;
    return { own: this.#own, foreign: total - this.#own, total };
  }

  /** Who is told of everything from now on. */
  tell(store: SessionStore): void {
    this.#store = store;
  }

  find(callId: string): Call | undefined {
    return this.#calls.get(callId);
  }

  all(): Iterable<Call, undefined> {
    return this.#calls.values();
  }

  /** A call that is not in the book yet: `keep` puts it there. Throws `too-many-calls`. */
  draft(record: CallRecord, holder: Holder): Call {
    const { sessionsMax } = this.#options;
    if (this.#calls.size >= sessionsMax) {
      throw new RelayError('too-many-calls', `Maximum number of sessions (${sessionsMax}) reached`);
    }
    return new Call(record, holder, this);
  }

  /** The call is new or was signalled. */
  keep(call: Call): void {
    const { callId } = call.record;
    if (this.#calls.get(callId) !== call) {
      this.#calls.set(callId, call);
      this.#own += call.holder.kind === 'own' ? 1 : 0;
    }
    this.#store.changed(call);
  }

  /** `dropped` is a peer's call that the peer has ended. */
  end(call: Call, ending: Ending): void {
    if (this.#calls.delete(call.record.callId)) {
      this.#own -= call.holder.kind === 'own' ? 1 : 0;
      this.#ending(call, ending);
      call.close();
      this.#store.ended(call);
    }
  }

  /**
   * Takes a call out of its record: a peer's, or an own one of before a restart. A record of a call
   * that is here already changes it, and whose it is. Throws RelayError, and then nothing has changed.
   */
  restore(record: CallRecord, holder: Holder): Call {
    const known = this.#calls.get(record.callId);
    const call = known ?? this.draft(record, holder);
    const kept = known?.media ?? [];
    const opened: MediaPair[] = [];
    try {
      const media = record.media.map((each, index) => {
        const pair = kept[index] ?? null;
        if (each === null || (pair !== null && fits(pair, each.sides))) {
          return each === null ? null : pair;
        }
        const fresh = new MediaPair(openRecorded(each, this.#options.interfaces, call));
        opened.push(fresh);
        return fresh;
      });
      call.update(record, media);
    } catch (error) {
      opened.forEach((pair) => pair.close());
      throw error;
    }
    this.#calls.set(record.callId, call);
    this.#own += known === undefined && holder.kind === 'own' ? 1 : 0;
    this.assign(call, holder);
    return call;
  }

  /** Changes whose call it is, and nothing else. */
  assign(call: Call, holder: Holder): void {
    this.#own += (holder.kind === 'own' ? 1 : 0) - (call.holder.kind === 'own' ? 1 : 0);
    call.holder = holder;
    if (holder.kind === 'foreign') {
      call.ports.forEach((port) => port.alert());
    }
  }

  closeAll(): void {
    this.#calls.forEach((call) => call.close());
    this.#calls.clear();
    this.#own = 0;
  }

  learned(call: Call): void {
    this.#store.changed(call);
  }

  woken(call: Call): void {
    call.ports.forEach((port) => port.calm());
    this.#store.woken(call);
  }
}

function fits(pair: MediaPair, sides: MediaRecord['sides']): boolean {
  return (
    sameEndpoint(pair.sides[0].local, sides[0].local) &&
    sameEndpoint(pair.sides[1].local, sides[1].local)
  );
}
