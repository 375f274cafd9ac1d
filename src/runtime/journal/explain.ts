// Finds a decision in a journal and gathers what an engineer asks about it: what was seen before,
// which rule decided, what was done, how long it took, and how things stood at the time asked for.

import { step, type Change, type State } from '../../domain/machine.js';
import type { Policy } from '../../domain/policy.js';
import type {
  ClosedDecision,
  EventRecord,
  Opening,
  PlacedRecord,
  RecordedEvent,
} from '../../ports/journal.js';
import { completeOpening } from './complete.js';
import { saysWell } from './entry.js';
import { restore } from './replay.js';

export interface Explained {
  readonly node: string;
  readonly version: string;
  readonly policy: Policy;
  /** How things stood at the time asked for, or at the end. */
  readonly state: State;
  readonly fromMs: number;
  /** Records that could not be kept in the stretch that is told of. */
  readonly lost: number;
  /** Undefined when nothing was decided up to then. */
  readonly incident: Incident | undefined;
}

export interface Incident {
  readonly decidedBy: RecordedEvent;
  readonly changes: readonly Change[];
  /** The last readings before the first sign that all was well, one of each kind. */
  readonly wellBefore: readonly RecordedEvent[];
  /** From the first sign to the event that decided. */
  readonly seen: readonly RecordedEvent[];
  /** More of them than are kept here. */
  readonly seenMore: number;
  /** Undefined while the journal does not tell what became of it. */
  readonly closed: ClosedDecision | undefined;
}

/** Events that are kept while their decision is being looked for. */
const RECENT_MAX = 500;
const SEEN_MAX = 12;

/** The last decision up to this time, or the last of all. Undefined when nothing is from then. */
export async function explain(
  records: AsyncIterable<PlacedRecord>,
  untilMs: number,
): Promise<Explained | undefined> {
  const search = new Search(untilMs);
  for await (const { record } of records) {
    switch (record.kind) {
      case 'opening':
        search.open(completeOpening(record));
        break;
      case 'event':
        search.see(record);
        break;
      case 'decision':
        search.close(record.decision);
        break;
      case 'lost':
        search.lose(record.records);
        break;
    }
  }
  return search.result();
}

interface Found {
  readonly decidedBy: RecordedEvent;
  readonly changes: readonly Change[];
  readonly recent: readonly RecordedEvent[];
  readonly opening: Opening;
  readonly closed: ClosedDecision | undefined;
}

class Search {
  readonly #untilMs: number;
  #opening: Opening | undefined;
  #fromMs: number | undefined;
  #state: State | undefined;
  #recent: RecordedEvent[] = [];
  #found: Found | undefined;
  #lost = 0;

  constructor(untilMs: number) {
    this.#untilMs = untilMs;
  }

  open(opening: Opening): void {
    if (opening.state.nowMs > this.#untilMs) {
      return;
    }
    this.#opening = opening;
    this.#state = opening.state;
    this.#fromMs ??= opening.state.nowMs;
    this.#lost = 0;
    if (opening.because !== 'rotated') {
      this.#recent = [];
    }
  }

  lose(records: number): void {
    this.#lost += records;
  }

  see({ event, effects = [] }: EventRecord): void {
    const [opening, state] = [this.#opening, this.#state];
    if (opening === undefined || state === undefined || event.atMs > this.#untilMs) {
      return;
    }
    this.#state = step(state, restore(event, state), opening.policy).state;
    this.#recent.push(event);
    if (this.#recent.length > 2 * RECENT_MAX) {
      this.#recent = this.#recent.slice(-RECENT_MAX);
    }
    for (const effect of effects) {
      if (effect.kind === 'decided') {
        const recent = this.#recent.slice(-RECENT_MAX);
        this.#found = {
          decidedBy: event,
          changes: effect.changes,
          recent,
          opening,
          closed: undefined,
        };
      }
    }
  }

  /** Its fate may have become known only after the time that was asked for. */
  close(decision: ClosedDecision): void {
    if (this.#found?.decidedBy.atMs === decision.stages.detectedAtMs) {
      this.#found = { ...this.#found, closed: decision };
    }
  }

  result(): Explained | undefined {
    const [opening, state, found] = [this.#opening, this.#state, this.#found];
    if (opening === undefined || state === undefined) {
      return undefined;
    }
    return {
      node: opening.node,
      version: (found?.opening ?? opening).version,
      policy: (found?.opening ?? opening).policy,
      state,
      fromMs: this.#fromMs ?? state.nowMs,
      lost: this.#lost,
      incident: found && tell(found),
    };
  }
}

function tell({ decidedBy, changes, recent, closed }: Found): Incident {
  const firstSignAtMs = closed?.stages.observedAtMs ?? decidedBy.atMs;
  const seen = recent.filter((event) => event.atMs >= firstSignAtMs && isTelling(event, decidedBy));
  const shown = seen.length <= SEEN_MAX ? seen : [...seen.slice(0, SEEN_MAX - 1), decidedBy];
  return {
    decidedBy,
    changes,
    wellBefore: lastWell(recent, firstSignAtMs),
    seen: shown,
    seenMore: seen.length - shown.length,
    closed,
  };
}

/** A reading that all is well explains nothing, unless it is what decided. */
function isTelling(event: RecordedEvent, decidedBy: RecordedEvent): boolean {
  return event === decidedBy || !saysWell(event);
}

function lastWell(recent: readonly RecordedEvent[], beforeMs: number): readonly RecordedEvent[] {
  const last = new Map<RecordedEvent['kind'], RecordedEvent>();
  for (const event of recent) {
    if (event.atMs < beforeMs && event.kind !== 'tick' && saysWell(event)) {
      last.set(event.kind, event);
    }
  }
  return [...last.values()].sort((left, right) => left.atMs - right.atMs);
}
