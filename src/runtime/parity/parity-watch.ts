// Compares by Call-ID every half minute, and within seconds while something is amiss. A round that cannot
// be carried through says nothing: a relay or a Redis that is gone has words of its own elsewhere.

import { DeadlineError, withDeadline } from '../../async/deadline.js';
import { sleep } from '../../async/sleep.js';
import { nextGridMs } from '../../async/tick.js';
import { tellsOfSessions } from '../../domain/keyspace-events.js';
import type { Log } from '../../ports/log.js';
import type { SessionKeys } from '../../ports/session-parity.js';
import type { DangerView } from '../../ports/status-view.js';
import { EndedHere } from './ended-here.js';
import { Incurable } from './incurable.js';
import { ParityLog } from './parity-log.js';
import { runRound, type ParityListener, type RoundParts } from './round.js';

export interface ParityParts extends RoundParts {
  readonly intervalMs: number;
  /** A connection for each round: none stands idle in between. */
  readonly connect: () => SessionKeys;
  /** The counts of relay and database have disagreed of late. */
  readonly disagree: () => boolean;
  readonly log: Log;
}

const LOOK_EVERY_MS = 1_000;
/** What is amiss asks for a round no sooner than this after the last one ended. */
const HASTE_MS_MIN = 5_000;
/** What stays missing for longer can wait for the interval: it cannot be brought back. */
const AMISS_ROUNDS_MAX = 3;
/** Two databases of 25,000 sessions take 3 s; bringing all of them back takes two minutes. */
const ROUND_MS_MAX = 300_000;

const NOTHING_HEARD: Omit<DangerView, 'value'> = {
  setting: 'notify-keyspace-events of the local replica',
  does: 'the relay hears of no session that a peer sets up, and of none that ends',
  recommended: 'KEA, on this server itself: it is not replicated',
};

export class ParityWatch {
  readonly #parts: ParityParts;
  readonly #incurable = new Incurable();
  readonly #endedHere = new EndedHere();
  readonly #log: ParityLog;
  #events: string | undefined;
  #endedAtMs = Number.NEGATIVE_INFINITY;
  /** Rounds in a row that left sessions missing: they may come by themselves, or end. */
  #amissInARow = 0;
  /**
   * Counts may disagree for hours although every call is held: a standby that took calls over for
   * good counts them as its own. What a round did not confirm is looked at half as often each time.
   */
  #hasteMs = HASTE_MS_MIN;

  constructor(parts: ParityParts) {
    this.#parts = parts;
    this.#log = new ParityLog(parts.log);
  }

  /** What keeps the relay from hearing of its peers' sessions; none while the server does not tell. */
  get dangers(): readonly DangerView[] {
    return this.#events === undefined || tellsOfSessions(this.#events)
      ? []
      : [{ ...NOTHING_HEARD, value: `"${this.#events}"` }];
  }

  /** Looks until `signal` aborts. Never rejects. */
  async watch(listener: ParityListener, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#isDue()) {
        await this.#look(listener, signal);
        this.#endedAtMs = performance.now();
      }
      const dueAtMs = nextGridMs(LOOK_EVERY_MS, performance.now());
      await sleep(Math.ceil(dueAtMs - performance.now()), signal);
    }
  }

  #isDue(): boolean {
    const sinceMs = performance.now() - this.#endedAtMs;
    const amiss = this.#amissInARow > 0 && this.#amissInARow <= AMISS_ROUNDS_MAX;
    const disagree = this.#parts.disagree();
    this.#hasteMs = disagree || amiss ? this.#hasteMs : HASTE_MS_MIN;
    const haste = amiss || disagree;
    return sinceMs >= this.#parts.intervalMs || (haste && sinceMs >= this.#hasteMs);
  }

  async #look(listener: ParityListener, signal: AbortSignal): Promise<void> {
    const keys = this.#parts.connect();
    // What a round says last of a database is how it stands, also after a repair.
    const missing = new Map<number, number>();
    const hear: ParityListener = (seen) => {
      if (seen.kind === 'parity' && seen.side === 'standby') {
        missing.set(seen.database, seen.missing);
      }
      listener(seen);
    };
    const kept = { incurable: this.#incurable, endedHere: this.#endedHere };
    const hearEvents = (setting: string | undefined): void => {
      this.#events = setting;
      this.#log.events(setting);
    };
    const common = { keys, ...kept, log: this.#log, hearEvents, listener: hear };
    try {
      await withDeadline(ROUND_MS_MAX, signal, (limited) =>
        runRound({ ...this.#parts, ...common }, limited),
      );
      this.#log.noTrouble();
      const amiss = [...missing.values()].some((count) => count > 0);
      this.#amissInARow = amiss ? this.#amissInARow + 1 : 0;
      this.#hasteMs = amiss ? HASTE_MS_MIN : 2 * this.#hasteMs;
    } catch (error) {
      if (!signal.aborted) {
        this.#log.trouble(describe(error));
      }
    } finally {
      await keys.close();
    }
  }
}

function describe(error: unknown): string {
  const late = error instanceof DeadlineError ? 'the comparison was ' : '';
  return `${late}${error instanceof Error ? error.message : String(error)}`;
}
